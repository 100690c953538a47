using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;

namespace AvGateway.Faults.Toxics;

/// <summary>One side of a pseudo-terminal, raw, read by a thread of its own since terminals have no asynchronous read.</summary>
internal sealed partial class Terminal : IProxyEnd
{
    private const int ReadWrite = 0x2, NonBlocking = 0x800, NoControllingTerminal = 0x100, CloseOnExec = 0x80000;
    private const short CanRead = 1, HungUp = 0x10;
    private const int LookEvery = 50;
    private const int Flags = ReadWrite | NonBlocking | NoControllingTerminal | CloseOnExec;

    private readonly Channel<byte[]> _arrived = Channel.CreateUnbounded<byte[]>();
    private readonly Lock _gate = new();
    private readonly int _descriptor;
    private readonly int _keptOpen;
    private bool _closed;

    private Terminal(int descriptor, int keptOpen, string path)
    {
        (_descriptor, _keptOpen, Path) = (descriptor, keptOpen, path);
        new Thread(Read) { IsBackground = true, Name = "terminal" }.Start();
    }

    /// <summary>What the other side opens.</summary>
    public string Path { get; }

    /// <summary>A new pair, of which this is the far end. Our own hold on its near end keeps the line up while nobody else has it.</summary>
    public static Terminal Create()
    {
        var master = Check(OpenMaster(Flags));
        Check(Grant(master));
        Check(Unlock(master));
        Span<byte> name = stackalloc byte[128];
        Check(-SlaveName(master, name, name.Length));
        var path = Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)]);
        return new(master, Raw(path), path);
    }

    /// <summary>The near end of somebody else's.</summary>
    public static Terminal Open(string path) => new(Raw(path), -1, path);

    public async ValueTask<byte[]> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return await _arrived.Reader.WaitToReadAsync(cancellation) && _arrived.Reader.TryRead(out var bytes) ? bytes : [];
        }
        catch (OperationCanceledException)
        {
            return [];
        }
    }

    public async ValueTask<bool> TryWriteAsync(byte[] bytes, CancellationToken cancellation)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            lock (_gate)
            {
                if (_closed) return false;
                var count = (int)Write(_descriptor, bytes.AsSpan(sent), bytes.Length - sent);
                if (count > 0) sent += count;
            }

            // Full: whoever is at the other end does not read.
            if (sent < bytes.Length) await Task.Delay(LookEvery, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellation.IsCancellationRequested) return false;
        }

        return true;
    }

    public void Close()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            _ = Close(_descriptor);
            if (_keptOpen >= 0) _ = Close(_keptOpen);
        }

        _arrived.Writer.TryComplete();
    }

    /// <summary>With the far end the line hangs up.</summary>
    public void Break() => Close();

    private void Read()
    {
        var buffer = new byte[1024];
        while (true)
        {
            var entry = new PollEntry { Descriptor = _descriptor, Wanted = CanRead };
            _ = Poll(ref entry, 1, LookEvery);
            lock (_gate)
            {
                if (_closed) return;
                if ((entry.Found & CanRead) != 0 && (int)Read(_descriptor, buffer, buffer.Length) is var count and > 0) _arrived.Writer.TryWrite(buffer[..count]);
                else if ((entry.Found & HungUp) != 0) break;
            }
        }

        Close();
    }

    private static int Raw(string path)
    {
        var descriptor = Check(OpenFile(path, Flags));
        Span<byte> termios = stackalloc byte[256];
        Check(GetAttributes(descriptor, termios));
        MakeRaw(termios);
        Check(SetAttributes(descriptor, 0, termios));
        return descriptor;
    }

    private static int Check(int result) => result >= 0 ? result : throw new IOException(Marshal.GetLastPInvokeErrorMessage());

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial int OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int Grant(int master);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(int master);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int SlaveName(int master, Span<byte> name, nint length);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, Span<byte> buffer, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, ReadOnlySpan<byte> buffer, nint length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollEntry entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetAttributes(int descriptor, Span<byte> termios);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int SetAttributes(int descriptor, int when, ReadOnlySpan<byte> termios);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw(Span<byte> termios);
}
