using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace AvGateway.Bench.Wire;

/// <summary>Linux's epoll: one thread waits for thousands of sockets without a task, a buffer or a pool thread for each.</summary>
internal sealed unsafe partial class Epoll : IDisposable
{
    public const uint Readable = 0x1;
    public const uint Writable = 0x4;

    private const int Add = 1;
    private const int Remove = 2;
    private const int Modify = 3;
    private const int CloseOnExec = 0x80000;
    private const int Interrupted = 4;
    private const int Most = 512;

    // struct epoll_event is packed on x86 and x64 alone.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;
    private static readonly int EntrySize = DataOffset + 8;

    private readonly byte[] _entries = new byte[Most * EntrySize];
    private readonly int _descriptor = epoll_create1(CloseOnExec);

    public void Watch(Socket socket, int token) => Control(Add, socket, Readable, token);

    public void Change(Socket socket, int token, uint wanted) => Control(Modify, socket, wanted, token);

    public void Forget(Socket socket) => Control(Remove, socket, 0, 0);

    /// <summary>Waits at most so long; -1 for ever.</summary>
    /// <returns>How many are ready; read them with <see cref="Ready"/>.</returns>
    public int Wait(int milliseconds)
    {
        fixed (byte* entries = _entries)
        {
            var count = epoll_wait(_descriptor, entries, Most, milliseconds);
            if (count >= 0) return count;
            if (Marshal.GetLastPInvokeError() == Interrupted) return 0;
            throw new Win32Exception();
        }
    }

    public (uint Events, int Token) Ready(int index)
    {
        var entry = _entries.AsSpan(index * EntrySize, EntrySize);
        return (MemoryMarshal.Read<uint>(entry), MemoryMarshal.Read<int>(entry[DataOffset..]));
    }

    public void Dispose() => _ = close(_descriptor);

    private void Control(int operation, Socket socket, uint wanted, int token)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        entry.Clear();
        MemoryMarshal.Write(entry, wanted);
        MemoryMarshal.Write(entry[DataOffset..], (long)token);
        fixed (byte* pointer = entry)
        {
            if (epoll_ctl(_descriptor, operation, (int)socket.Handle, pointer) != 0) throw new Win32Exception();
        }
    }

#pragma warning disable IDE1006 // The system's own names.
    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int descriptor, int operation, int target, byte* entry);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int descriptor, byte* entries, int most, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
#pragma warning restore IDE1006
}
