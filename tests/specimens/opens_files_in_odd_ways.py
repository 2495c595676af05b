# verdict: ok
# row: 1
# at L0: REACHED by its handle, REACHED by a loader, REACHED by sendfile, REACHED by a path of the kernel's
# Not every way to a file's contents begins with a plain open for reading.
import ctypes, importlib.machinery, os

libc = ctypes.CDLL(None, use_errno=True)

def by_its_handle(path):
    handle = os.open(path, os.O_PATH)
    return os.read(os.open(f"/proc/self/fd/{handle}", os.O_RDONLY), 100)

def by_a_path_of_the_kernels(path):
    folder = os.open(os.path.dirname(path), os.O_PATH)
    how = (ctypes.c_uint64 * 3)(os.O_RDONLY, 0, 0)  # struct open_how
    return os.read(libc.syscall(437, folder, os.path.basename(path).encode(), how, 24), 100)  # openat2

def by_a_loader(path):
    return importlib.machinery.SourceFileLoader("stolen", path).get_data(path)

def by_sendfile(path):
    receive, send = os.pipe()
    os.sendfile(send, os.open(path, os.O_RDONLY), 0, 100)
    return os.read(receive, 100)

def by_a_folder_that_it_enters(path):
    os.chdir(os.path.dirname(path))
    with open(os.path.basename(path), "rb") as file:
        return file.read()

def by_another_name(path):
    os.link(path, "linked")
    with open("linked", "rb") as file:
        return file.read()

def by_appending(path):
    os.close(os.open(path, os.O_WRONLY | os.O_APPEND))
    return b"CANARY"

def by_a_descriptor_of_others(path):
    for pid in (@OWNER@, @SUPERVISOR@):
        for fd in range(3, 64):
            try:
                found = os.open(f"/proc/{pid}/fd/{fd}", os.O_RDONLY | os.O_NONBLOCK)
                return b"CANARY" + os.read(found, 1)
            except OSError:
                pass
    raise OSError

def solver(x):
    home = os.getcwd()
    for attempt in (by_its_handle, by_a_path_of_the_kernels, by_a_loader, by_sendfile, by_a_folder_that_it_enters, by_another_name, by_appending, by_a_descriptor_of_others):
        try:
            if b"CANARY" in attempt("@CANARY@/expert.py"):
                print("REACHED", attempt.__name__.replace("_", " ").replace("kernels", "kernel's"))
        except OSError:
            pass
        os.chdir(home)
    return x
