using System.Runtime.InteropServices;
using System.Text;

namespace AvGateway.Simulator.Devices.Links;

/// <summary>
/// One pseudo-terminal: the device holds the master, a client opens the slave. Like a serial line it carries on whether or not anybody
/// listens; what the device says meanwhile is lost.
/// </summary>
internal sealed class PtyPort : IDisposable
{
    /// <summary>What a client that has the port open and does not read may leave behind; then bytes are lost, as in an overrun.</summary>
    private const int MostUnsent = 64 * 1024;

    private readonly PtyPoller _poller;
    private readonly Action<byte[]> _heard;
    private readonly Action _clientGone;
    private readonly Lock _gate = new();
    private readonly Queue<byte> _unsent = new();
    private readonly int _master;
    private bool _clientSeen;
    private bool _closed;

    private PtyPort(PtyPoller poller, int master, string slave, Action<byte[]> heard, Action clientGone)
    {
        _poller = poller;
        _master = master;
        _heard = heard;
        _clientGone = clientGone;
        SlavePath = slave;
    }

    public string SlavePath { get; }

    internal long Token { get; set; }

    /// <summary>Opens a fresh pseudo-terminal in raw mode. The callbacks come on the poller's thread.</summary>
    public static PtyPort Open(PtyPoller poller, Action<byte[]> heard, Action clientGone)
    {
        var master =
            Libc.Check(Libc.OpenMaster(Libc.ReadWrite | Libc.NoControllingTerminal | Libc.NonBlocking | Libc.CloseOnExec), "posix_openpt");
        try
        {
            Libc.Check(Libc.Grant(master), "grantpt");
            Libc.Check(Libc.Unlock(master), "unlockpt");
            Span<byte> name = stackalloc byte[128];
            Libc.Check(-Libc.SlaveName(master, name, name.Length), "ptsname_r");
            var port = new PtyPort(poller, master, Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)]), heard, clientGone);
            port.MakeRaw();
            poller.Add(port, master);
            return port;
        }
        catch (IOException)
        {
            _ = Libc.Close(master);
            throw;
        }
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_closed || !IsOpenedByClient()) return;
            foreach (var b in bytes)
            {
                if (_unsent.Count < MostUnsent) _unsent.Enqueue(b);
            }

            SendOn();
        }
    }

    /// <summary>Closes the master: a client that has the slave open sees a hang-up.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            _poller.Remove(this, _master);
            _ = Libc.Close(_master);
        }
    }

    /// <summary>For the poller: something happened.</summary>
    internal void Ready(uint what)
    {
        // What a client said before it closed the port is still there to be read, so first read, then look at the hang-up.
        while (Read() is { Length: > 0 } bytes) _heard(bytes);
        lock (_gate)
        {
            if (_closed) return;
            if ((what & Libc.EpollHangUp) == 0 || !_clientSeen || IsOpenedByClient())
            {
                SendOn();
                return;
            }

            ForgetClient();
        }

        _clientGone();
    }

    private byte[]? Read()
    {
        Span<byte> buffer = stackalloc byte[1024];
        lock (_gate)
        {
            while (!_closed)
            {
                var count = (int)Libc.Read(_master, buffer, buffer.Length);
                if (count > 0)
                {
                    _clientSeen = true;
                    return buffer[..count].ToArray();
                }

                if (count == 0 || Marshal.GetLastPInvokeError() != Libc.Interrupted) return null;
            }
        }

        return null;
    }

    // With the gate held.
    private void SendOn()
    {
        Span<byte> piece = stackalloc byte[512];
        while (_unsent.Count > 0)
        {
            var length = 0;
            foreach (var b in _unsent)
            {
                if (length == piece.Length) break;
                piece[length++] = b;
            }

            var count = (int)Libc.Write(_master, piece[..length], length);
            if (count < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted) continue;
            // A full buffer: the poller says when there is room again. Anything else: there is nobody to say it to.
            if (count < 0 && Marshal.GetLastPInvokeError() == Libc.Again) return;
            if (count <= 0) _unsent.Clear();
            for (var i = 0; i < count; i++) _unsent.Dequeue();
        }
    }

    // With the gate held.
    private bool IsOpenedByClient()
    {
        var entry = new Libc.PollEntry { Descriptor = _master };
        var open = Libc.Poll(ref entry, 1, 0) >= 0 && (entry.Found & Libc.PollHangUp) == 0;
        _clientSeen |= open;
        return open;
    }

    // With the gate held. What the last client left unread must not be found by the next: an UART has no memory of that kind.
    private void ForgetClient()
    {
        _clientSeen = false;
        _unsent.Clear();
        var slave = Libc.Open(SlavePath, Libc.ReadWrite | Libc.NoControllingTerminal | Libc.NonBlocking | Libc.CloseOnExec);
        // The next client may already have it, and exclusively; then it will flush for itself as serial programs do.
        if (slave < 0) return;
        _ = Libc.Flush(slave, Libc.FlushInput);
        _ = Libc.Close(slave);
    }

    private void MakeRaw()
    {
        var slave = Libc.Check(Libc.Open(SlavePath, Libc.ReadWrite | Libc.NoControllingTerminal | Libc.CloseOnExec), SlavePath);
        try
        {
            Span<byte> termios = stackalloc byte[Libc.TermiosSize];
            Libc.Check(Libc.GetAttributes(slave, termios), "tcgetattr");
            Libc.MakeRaw(termios);
            Libc.Check(Libc.SetAttributes(slave, 0, termios), "tcsetattr");
        }
        finally
        {
            _ = Libc.Close(slave);
        }
    }
}
