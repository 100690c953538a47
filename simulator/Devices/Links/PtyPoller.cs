using System.Runtime.InteropServices;

namespace AvGateway.Simulator.Devices.Links;

/// <summary>
/// One thread that waits for all pseudo-terminals of a court. Edge-triggered: a pseudo-terminal that nobody has open reports "hung up" all
/// the time, and would turn a level-triggered loop into a busy one.
/// </summary>
internal sealed class PtyPoller : IDisposable
{
    private const int MostEvents = 64;

    // The kernel packs this structure on x86-64 only.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int TokenAt = EventSize - 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, PtyPort> _ports = [];
    private readonly int _epoll;
    private readonly int _wake;
    private readonly Thread _thread;
    private long _lastToken;
    private bool _disposed;

    public PtyPoller()
    {
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("Pseudo-terminals are simulated on Linux only; use TCP links elsewhere.");
        _epoll = Libc.Check(Libc.EpollCreate(Libc.CloseOnExec), "epoll_create1");
        _wake = Libc.Check(Libc.EventDescriptor(0, Libc.CloseOnExec | Libc.NonBlocking), "eventfd");
        Libc.Check(Libc.EpollControl(_epoll, Libc.EpollAdd, _wake, Event(Libc.EpollIn, 0)), "epoll_ctl");
        _thread = new(Loop) { IsBackground = true, Name = "pseudo-terminals" };
        _thread.Start();
    }

    public void Add(PtyPort port, int descriptor)
    {
        lock (_gate)
        {
            // A number of its own: the kernel gives descriptors out again, and an event of the old one may still be in hand.
            port.Token = ++_lastToken;
            _ports.Add(port.Token, port);
        }

        Libc.Check(
            Libc.EpollControl(_epoll, Libc.EpollAdd, descriptor, Event(Libc.EpollIn | Libc.EpollOut | Libc.EpollEdge, port.Token)),
            "epoll_ctl");
    }

    public void Remove(PtyPort port, int descriptor)
    {
        lock (_gate)
        {
            _ports.Remove(port.Token);
            if (!_disposed) _ = Libc.EpollControl(_epoll, Libc.EpollRemove, descriptor, Event(0, 0));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
        }

        _ = Libc.Write(_wake, BitConverter.GetBytes(1UL), 8);
        _thread.Join();
        _ = Libc.Close(_epoll);
        _ = Libc.Close(_wake);
    }

    private static byte[] Event(uint wanted, long token)
    {
        var bytes = new byte[EventSize];
        BitConverter.TryWriteBytes(bytes, wanted);
        BitConverter.TryWriteBytes(bytes.AsSpan(TokenAt), token);
        return bytes;
    }

    private void Loop()
    {
        Span<byte> events = new byte[MostEvents * EventSize];
        while (true)
        {
            var count = Libc.EpollWait(_epoll, events, MostEvents, -1);
            if (count < 0 && Marshal.GetLastPInvokeError() != Libc.Interrupted) return;
            for (var i = 0; i < count; i++)
            {
                var each = events.Slice(i * EventSize, EventSize);
                if (Find(BitConverter.ToInt64(each[TokenAt..])) is not { } port)
                {
                    if (_disposed) return;
                    continue;
                }

                port.Ready(BitConverter.ToUInt32(each));
            }
        }
    }

    private PtyPort? Find(long token)
    {
        lock (_gate) return _ports.GetValueOrDefault(token);
    }
}
