using System.Runtime.InteropServices;

namespace AvGateway.Drivers.Transports.Serial;

/// <summary>An open and configured serial port of Linux. Its calls never wait, but for opening and closing.</summary>
internal sealed unsafe class Tty
{
    private const nuint GetTermios2 = 0x802C542A, SetTermios2 = 0x402C542B, Flush = 0x540B, SetExclusive = 0x540C, ClearExclusive = 0x540D;
    private const nuint GetExclusive = 0x80045440, RaiseLines = 0x5416, DropLines = 0x5417;
    private const int DtrLine = 0x2, RtsLine = 0x4;
    private const nint FlushBoth = 2;
    private const int LongestPath = 4096;

    private readonly bool _exclusive;

    private Tty(int descriptor, bool exclusive)
    {
        Descriptor = descriptor;
        _exclusive = exclusive;
    }

    public int Descriptor { get; }

    /// <summary>The path with all symbolic links followed; the path itself when nothing is there.</summary>
    public static string RealPath(string path)
    {
        var resolved = stackalloc byte[LongestPath];
        return Libc.RealPath(path, resolved) is null ? path : Marshal.PtrToStringUTF8((nint)resolved) ?? path;
    }

    /// <summary>Opens a port. <paramref name="missing"/> hears of each modem line that was asked for and does not exist.</summary>
    public static Tty Open(string path, SerialSettings settings, Action<string> missing)
    {
        var descriptor = Libc.Open(path, Libc.ReadWrite | Libc.NoControllingTerminal | Libc.NonBlocking | Libc.CloseOnExec, 0);
        if (descriptor < 0) throw TtyErrors.NotOpened(path, Marshal.GetLastPInvokeError());
        try
        {
            // A pseudo terminal keeps "exclusive" after its last user was killed, and would then be shut to everyone but root.
            var pseudo = path.StartsWith("/dev/pts/", StringComparison.Ordinal);
            TakeAlone(descriptor, path, pseudo);
            Configure(descriptor, path, settings, pseudo);
            if (settings.Dtr is { } dtr && !SetLine(descriptor, DtrLine, dtr)) missing("DTR");
            if (settings.Rts is { } rts && !SetLine(descriptor, RtsLine, rts)) missing("RTS");

            // What came before belongs to nobody's request.
            _ = Libc.Control(descriptor, Flush, FlushBoth);
            var tty = new Tty(descriptor, !pseudo);
            descriptor = -1;
            return tty;
        }
        finally
        {
            if (descriptor >= 0) GiveBack(descriptor);
        }
    }

    /// <summary>The number of bytes read; 0 when there is none now, -1 when the port is gone.</summary>
    public int Read(Span<byte> buffer)
    {
        nint count;
        fixed (byte* start = buffer)
        {
            do count = Libc.Read(Descriptor, start, (nuint)buffer.Length);
            while (count < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted);
        }

        if (count > 0) return (int)count;
        return count < 0 && Marshal.GetLastPInvokeError() == Libc.Again ? 0 : -1;
    }

    /// <summary>The number of bytes that the system took; 0 when it takes none now, -1 when the port is gone.</summary>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        nint count;
        fixed (byte* start = bytes)
        {
            do count = Libc.Write(Descriptor, start, (nuint)bytes.Length);
            while (count < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted);
        }

        if (count >= 0) return (int)count;
        return Marshal.GetLastPInvokeError() == Libc.Again ? 0 : -1;
    }

    /// <summary>Gives the port back.</summary>
    /// <remarks>Unsent bytes are dropped first: the system would wait up to 30 s for a device that holds them off.</remarks>
    public void Close()
    {
        _ = Libc.Control(Descriptor, Flush, FlushBoth);
        if (_exclusive) _ = Libc.Control(Descriptor, ClearExclusive, (nint)0);
        GiveBack(Descriptor);
    }

    // The lock belongs to what was opened and not to the descriptor: a process that is just being started by another thread holds a copy until it runs its
    // program, and closing ours alone would leave the port taken until then.
    private static void GiveBack(int descriptor)
    {
        _ = Libc.Lock(descriptor, Libc.Unlock);
        _ = Libc.Close(descriptor);
    }

    private static void TakeAlone(int descriptor, string path, bool pseudo)
    {
        // The lock binds root too, which TIOCEXCL does not; programs that know only TIOCEXCL are seen by asking for it.
        if (Libc.Lock(descriptor, Libc.LockExclusive | Libc.LockNonBlocking) != 0) throw TtyErrors.InUse(path);
        if (pseudo) return;
        var taken = 0;
        if (Libc.Control(descriptor, GetExclusive, &taken) == 0 && taken != 0) throw TtyErrors.InUse(path);
        _ = Libc.Control(descriptor, SetExclusive, (nint)0);
    }

    private static void Configure(int descriptor, string path, SerialSettings settings, bool pseudo)
    {
        Libc.Termios2 wished, got;
        if (Libc.Control(descriptor, GetTermios2, &wished) != 0) throw TtyErrors.NotOpened(path, Marshal.GetLastPInvokeError());
        TtySettings.Apply(settings, ref wished);
        if (Libc.Control(descriptor, SetTermios2, &wished) != 0 || Libc.Control(descriptor, GetTermios2, &got) != 0)
            throw TtyErrors.NotOpened(path, Marshal.GetLastPInvokeError());

        // The system reports success when only a part was taken over. A pseudo terminal has no line and takes every framing for 8N1.
        if (!pseudo && ((wished.Control ^ got.Control) & TtySettings.Framing) != 0) throw TtyErrors.NotSupported(path, settings);
        if (!pseudo && Math.Abs((long)got.OutputSpeed - settings.Baud) > settings.Baud / 40) throw TtyErrors.NotSupported(path, settings);
    }

    private static bool SetLine(int descriptor, int line, bool raised) =>
        Libc.Control(descriptor, raised ? RaiseLines : DropLines, &line) == 0;
}
