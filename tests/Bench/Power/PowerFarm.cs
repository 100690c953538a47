using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using AvGateway.Bench.Farm;
using AvGateway.Bench.Wire;

namespace AvGateway.Bench.Power;

/// <summary>
/// Power sequencers on Modbus TCP, each on an address of its own. A relay follows its coil after <see cref="Relay"/>, and the input at its contact tells. When
/// each coil was written and when each relay opened is kept here.
/// </summary>
internal sealed class PowerFarm
{
    public const int Port = 27991;

    /// <summary>Outlets of a unit.</summary>
    public const int Ways = 5;

    public static readonly TimeSpan Relay = TimeSpan.FromMilliseconds(300);

    private readonly Loop _loop;
    private readonly List<Listener> _listeners = [];
    private readonly List<Unit> _links = [];
    private readonly Queue<(long At, int Outlet, bool On)> _moving = new();
    private readonly bool[] _closed;

    public PowerFarm(Loop loop, int units)
    {
        (_loop, Units) = (loop, units);
        _closed = new bool[units * Ways];
        Array.Fill(_closed, true);
        WrittenAt = new long[units * Ways];
        OpenedAt = new long[units * Ways];
        loop.EachRound = MoveRelays;
        for (var i = 0; i < units; i++)
        {
            var unit = i;
            _listeners.Add(new(loop, new(DeviceFarm.AddressOf(i), Port), socket => Accept(unit, socket)));
        }
    }

    public int Units { get; }

    /// <summary>When an outlet was told to open first, unit after unit; 0: never.</summary>
    public long[] WrittenAt { get; }

    public long[] OpenedAt { get; }

    public int Open { get; private set; }

    /// <summary>Orders for an outlet that had one already.</summary>
    public int Repeated { get; private set; }

    /// <summary>When whoever shares the loop wants to be called again, in milliseconds; -1: not at all.</summary>
    public Func<int> Wanted { get; set; } = static () => -1;

    /// <summary>Links that somebody has read from at least once.</summary>
    public int Read { get; private set; }

    public static IPEndPoint AddressOf(int unit) => new(DeviceFarm.AddressOf(unit), Port);

    public void End()
    {
        _loop.EachRound = null;
        foreach (var listener in _listeners) listener.Dispose();
        foreach (var link in _links.ToArray()) link.Close(reset: true);
    }

    private int MoveRelays()
    {
        while (_moving.TryPeek(out var next) && next.At <= Loop.Now)
        {
            _moving.Dequeue();
            if (_closed[next.Outlet] == next.On) continue;
            _closed[next.Outlet] = next.On;
            if (next.On) continue;
            OpenedAt[next.Outlet] = Loop.Now;
            Open++;
        }

        var wanted = Wanted();
        if (!_moving.TryPeek(out var later)) return wanted;
        var relay = Math.Max(0, (int)Math.Ceiling(Loop.Microseconds(later.At - Loop.Now) / 1000));
        return wanted < 0 ? relay : Math.Min(relay, wanted);
    }

    private void Accept(int unit, Socket socket) => _links.Add(new(this, _loop, socket, unit));

    private void Write(int outlet, bool on)
    {
        if (!on && WrittenAt[outlet] != 0) Repeated++;
        if (!on && WrittenAt[outlet] == 0) WrittenAt[outlet] = Loop.Now;
        _moving.Enqueue((Loop.Now + (long)(Relay.TotalSeconds * System.Diagnostics.Stopwatch.Frequency), outlet, on));
    }

    /// <summary>One master's link to one unit: functions 1, 2 and 5 of the application protocol.</summary>
    private sealed class Unit(PowerFarm farm, Loop loop, Socket socket, int unit) : Connection(loop, socket)
    {
        private const int Head = 7;
        private bool _hasRead;

        protected override int Consume(ReadOnlySpan<byte> bytes)
        {
            var used = 0;
            while (bytes.Length - used >= Head && BinaryPrimitives.ReadUInt16BigEndian(bytes[(used + 4)..]) + 6 is var length && bytes.Length - used >= length)
            {
                Answer(bytes.Slice(used, length));
                used += length;
            }

            return used;
        }

        protected override void Closed() => farm._links.Remove(this);

        private void Answer(ReadOnlySpan<byte> frame)
        {
            var (function, address, value) = (frame[7], BinaryPrimitives.ReadUInt16BigEndian(frame[8..]), BinaryPrimitives.ReadUInt16BigEndian(frame[10..]));
            switch (function)
            {
                case 1 or 2 when value >= 1 && address + value <= Ways:
                    if (!_hasRead) farm.Read++;
                    _hasRead = true;
                    var bits = 0;
                    for (var i = 0; i < value; i++) bits |= farm._closed[unit * Ways + address + i] ? 1 << i : 0;
                    Send([.. frame[..4], 0, 4, frame[6], function, 1, (byte)bits]);
                    break;
                case 5 when address < Ways:
                    farm.Write(unit * Ways + address, value == 0xFF00);
                    Send(frame);
                    break;
                default:
                    Send([.. frame[..4], 0, 3, frame[6], (byte)(function | 0x80), 2]);
                    break;
            }
        }
    }
}
