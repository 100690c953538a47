using System.Diagnostics;
using System.Net.Sockets;
using AvGateway.Bench.Wire;

namespace AvGateway.Bench.Power;

/// <summary>The least that can be done: one frame at its absolute deadline, the next group when the relays of the last have opened. Nothing is stored, guarded or read back.</summary>
internal sealed class PowerFloor : IDisposable
{
    // A relay that opens in the same millisecond in which the next group is due has not been seen open.
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(5);

    private readonly List<Master> _masters = [];

    public PowerFloor(Loop loop, PowerFarm farm)
    {
        for (var unit = 0; unit < farm.Units; unit++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(PowerFarm.AddressOf(unit));
            _masters.Add(new(loop, socket));
        }
    }

    public void Run(Loop loop, PowerFarm farm, TimeSpan gap, TimeSpan within)
    {
        var start = Loop.Now;
        var group = (PowerFarm.Ways * gap) - gap + PowerFarm.Relay + Margin;
        var next = 0;
        var frames = Enumerable.Range(0, farm.Units).SelectMany(u => Enumerable.Range(0, PowerFarm.Ways).Select(w => (Unit: u, Way: PowerFarm.Ways - 1 - w, At: (group * (u % HolidayShutdown.Groups)) + (gap * w))))
            .OrderBy(f => f.At).ToArray();
        farm.Wanted = () => next == frames.Length ? -1 : Math.Max(0, (int)Math.Ceiling((frames[next].At - Stopwatch.GetElapsedTime(start)).TotalMilliseconds));
        loop.Until(
            () =>
            {
                while (next < frames.Length && Stopwatch.GetElapsedTime(start) >= frames[next].At) _masters[frames[next].Unit].Open(frames[next++].Way);
                return farm.Open == frames.Length;
            },
            within);
    }

    public void Dispose()
    {
        foreach (var master in _masters) master.Close();
    }

    private sealed class Master(Loop loop, Socket socket) : Connection(loop, socket)
    {
        public void Open(int way) => Send([0, 1, 0, 0, 0, 6, 1, 5, 0, (byte)way, 0, 0]);

        protected override int Consume(ReadOnlySpan<byte> bytes) => bytes.Length;
    }
}
