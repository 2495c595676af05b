# verdict: crash
# machine: x86_64
# The filter knows one architecture; the numbers of another mean other calls.
import ctypes, mmap

def solver(x):
    code = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")  # mov eax, 20; int 0x80; ret
    address = ctypes.addressof(ctypes.c_char.from_buffer(code))
    print("REACHED", ctypes.CFUNCTYPE(ctypes.c_int)(address)())
    return x
