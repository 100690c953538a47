using System.Runtime.InteropServices;

namespace AvGateway.Drivers.Tests.Transports;

/// <summary>A pseudo terminal: the test holds the far end, the link under test opens <see cref="Path"/>.</summary>
internal sealed class Pty : IDisposable
{
    private const int ReadWrite = 0x2, NoControllingTerminal = 0x100, CloseOnExec = 0x80000, NonBlocking = 0x800;
    private const short In = 1, Out = 4;

    private int _far;

    public Pty()
    {
        _far = OpenFarEnd(ReadWrite | NoControllingTerminal | CloseOnExec | NonBlocking);
        var name = new byte[128];
        if (_far < 0 || Grant(_far) != 0 || Unlock(_far) != 0 || Name(_far, name, (nuint)name.Length) != 0)
            throw new InvalidOperationException($"no pseudo terminal: error {Marshal.GetLastPInvokeError()}");
        Path = System.Text.Encoding.ASCII.GetString(name, 0, Array.IndexOf(name, (byte)0));
    }

    /// <summary>The near end, as a serial port.</summary>
    public string Path { get; }

    /// <summary>Pulls the cable.</summary>
    public void HangUp()
    {
        var far = Interlocked.Exchange(ref _far, -1);
        if (far >= 0) _ = Close(far);
    }

    public void Dispose() => HangUp();

    /// <summary>Sends as the device; waits while the line is full.</summary>
    public Task SendAsync(byte[] bytes) => Task.Run(() =>
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            Await(Out);
            var count = Write(_far, bytes[sent..], (nuint)(bytes.Length - sent));
            if (count > 0) sent += (int)count;
        }
    }).WaitAsync(LinkReading.Soon, LinkReading.Cancellation);

    /// <summary>Sends as the device; false when the line has been full for a while.</summary>
    public Task<bool> TrySendAsync(byte[] bytes) => Task.Run(() =>
    {
        var entry = new Entry { Descriptor = _far, Wanted = Out };
        return Poll(ref entry, 1, 300) > 0 && Write(_far, bytes, (nuint)bytes.Length) > 0;
    });

    /// <summary>Receives as the device.</summary>
    public Task<byte[]> ReceiveAsync(int count) => Task.Run(() =>
    {
        var all = new List<byte>(count);
        while (all.Count < count)
        {
            Await(In);
            var buffer = new byte[count - all.Count];
            var got = Read(_far, buffer, (nuint)buffer.Length);
            if (got > 0) all.AddRange(buffer[..(int)got]);
        }

        return all.ToArray();
    }).WaitAsync(LinkReading.Soon + LinkReading.Soon, LinkReading.Cancellation);

    private void Await(short what)
    {
        var entry = new Entry { Descriptor = _far, Wanted = what };
        if (Poll(ref entry, 1, 5_000) <= 0) throw new TimeoutException("the line stands still");
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public int Descriptor;
        public short Wanted;
        public short Happened;
    }

    [DllImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static extern int OpenFarEnd(int flags);

    [DllImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static extern int Grant(int descriptor);

    [DllImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static extern int Unlock(int descriptor);

    [DllImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static extern int Name(int descriptor, [Out] byte[] name, nuint size);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int descriptor);

    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    private static extern nint Read(int descriptor, [Out] byte[] buffer, nuint count);

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    private static extern nint Write(int descriptor, byte[] buffer, nuint count);

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static extern int Poll(ref Entry entry, nuint count, int milliseconds);
}
