/* Lets a user-mode-linux of before 2025 start on processors with AMX: `LD_PRELOAD=xstate.so linux.uml ...`.

It sets the extended registers of its processes from a buffer of 2696 bytes, which the kernel refuses where they
take more. Here the rest is added: as at a processor's start, since nothing in there may use it without asking
its kernel, which does not know it.
*/
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define HELD_AT 512          /* where the buffer says which parts of it hold something */
#define KNOWN 0x2ffULL       /* x87, SSE, AVX, MPX, AVX-512, protection keys: what lies in the first 2696 bytes */

long ptrace(enum __ptrace_request request, ...)
{
    static char whole[1 << 16];
    va_list rest;
    va_start(rest, request);
    long pid = va_arg(rest, pid_t);
    void *address = va_arg(rest, void *);
    void *data = va_arg(rest, void *);
    va_end(rest);

    if (request == PTRACE_PEEKTEXT || request == PTRACE_PEEKDATA || request == PTRACE_PEEKUSER) {
        long word = 0;
        if (syscall(SYS_ptrace, request, pid, address, &word) < 0)
            return -1;
        errno = 0;
        return word;
    }
    if (request == PTRACE_SETREGSET && (long)address == NT_X86_XSTATE) {
        struct iovec *part = data, all = {whole, sizeof whole};
        if (syscall(SYS_ptrace, PTRACE_GETREGSET, pid, address, &all) < 0)
            return -1;
        if (part->iov_len < all.iov_len) {
            uint64_t held;
            memset(whole, 0, all.iov_len);
            memcpy(whole, part->iov_base, part->iov_len);
            memcpy(&held, whole + HELD_AT, sizeof held);
            held &= KNOWN;
            memcpy(whole + HELD_AT, &held, sizeof held);
            return syscall(SYS_ptrace, request, pid, address, &all);
        }
    }
    return syscall(SYS_ptrace, request, pid, address, data);
}
