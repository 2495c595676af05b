# verdict: ok
# loss: 0
# What others must not disturb: it makes processes, pipes and files for a while, and finds what it wrote.
import os, time

def child():
    receive, send = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(send, b"done")
        os._exit(0)
    os.close(send)
    assert os.read(receive, 100) == b"done"
    os.close(receive)
    assert os.waitpid(pid, 0)[1] == 0

def solver(x):
    until = time.monotonic() + 1.2
    with open("mine", "w") as file:
        file.write("mine")
    while time.monotonic() < until:
        child()
        assert open("mine").read() == "mine"
        assert os.listdir(".") == ["mine"]
    return [2.0 * value for value in x]
