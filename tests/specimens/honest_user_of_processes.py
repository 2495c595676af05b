# verdict: ok
# problem: target
# Threads, pipes, subprocess-free multiprocessing, files in scratch: what numerical programs do.
import multiprocessing, tempfile, threading

def double(value):
    return 2.0 * value

def solver(x):
    done = []
    thread = threading.Thread(target=lambda: done.append(1))
    thread.start()
    thread.join()
    with tempfile.TemporaryFile() as file:
        file.write(b"scratch")
    receive, send = multiprocessing.Pipe()
    child = multiprocessing.get_context("fork").Process(target=lambda: send.send([double(v) for v in x]))
    child.start()
    answer = receive.recv()
    child.join()
    return answer
