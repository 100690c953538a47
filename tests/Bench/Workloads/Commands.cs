using System.Diagnostics;
using AvGateway.Bench.Wire;

namespace AvGateway.Bench.Workloads;

/// <summary>
/// W1. A panel's command goes to a matrix; it is done when the state shows what was asked for and, with a peer that answers, when the final answer has come too.
/// A state that is shown before the device took the command is early; a command that is never done is lost.
/// </summary>
internal sealed class Commands
{
    private const int Idle = -1;
    private const int Slots = 1 << 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly Session _session;
    private readonly int _window;
    private readonly int[] _wanted;
    private readonly long[] _sentAt;
    private readonly byte[] _waitsFor;
    private readonly int[] _bySlot = new int[Slots];
    private readonly Random _random = new(20261122);
    private readonly Latencies _toState = new();
    private readonly Latencies _toDone = new();
    private readonly byte[] _topic = new byte[128];
    private readonly byte[] _payload = new byte[128];
    private bool _isMeasuring, _isSending;
    private int _inFlight;
    private long _request, _done, _early, _refused;

    private const byte State = 1, Answer = 2;

    private Commands(Session session, int window)
    {
        (_session, _window) = (session, window);
        _wanted = new int[session.Farm.Shown.Length];
        Array.Fill(_wanted, Idle);
        _sentAt = new long[_wanted.Length];
        _waitsFor = new byte[_wanted.Length];
        Array.Fill(_bySlot, Idle);
    }

    public static Dictionary<string, double> Run(Session session, int window, TimeSpan warm, TimeSpan time)
    {
        var commands = new Commands(session, window);
        session.BeginRequests();
        (session.RouteShown, session.Answered) = (commands.Shown, commands.Answered);
        session.Loop.EachRound = commands.Fill;
        commands._isSending = true;
        session.Loop.For(warm);
        commands._isMeasuring = true;
        var (start, before) = (Loop.Now, session.Usage());
        session.Loop.For(time);
        var (took, after) = (Stopwatch.GetElapsedTime(start).TotalSeconds, session.Usage());
        var done = commands._done;
        commands._isMeasuring = commands._isSending = false;
        session.Loop.Until(() => commands._inFlight == 0, Patience);
        (session.RouteShown, session.Answered, session.Loop.EachRound) = (null, null, null);
        return new()
        {
            ["p50_us"] = commands._toDone.Percentile(0.5),
            ["p99_us"] = commands._toDone.Percentile(0.99),
            ["state_p50_us"] = commands._toState.Percentile(0.5),
            ["state_p99_us"] = commands._toState.Percentile(0.99),
            ["per_s"] = done / took,
            ["cpu_us"] = (after.CpuSeconds - before.CpuSeconds) * 1e6 / Math.Max(1, done),
            ["lost"] = commands._inFlight,
            ["early"] = commands._early,
            ["refused"] = commands._refused,
        };
    }

    private int Fill()
    {
        while (_isSending && _inFlight < _window) Send();
        return -1;
    }

    private void Send()
    {
        int index;
        do index = _random.Next(_wanted.Length);
        while (_wanted[index] != Idle);
        var (device, output) = Math.DivRem(index, _session.Farm.Ports);
        var input = (_session.Farm.Shown[index] + 1 + _random.Next(_session.Farm.Ports - 1)) % _session.Farm.Ports;
        var request = ++_request;
        _wanted[index] = input;
        _waitsFor[index] = _session.Peer.Answers ? (byte)(State | Answer) : State;
        _bySlot[request % Slots] = index;
        _inFlight++;
        var asker = (int)(request % Session.Askers);
        var topic = _topic.AsSpan(0, _session.Peer.WriteTopic(_topic, asker, device, output));

        // Ids of one run must not be those of another: an id that was seen is answered and not carried out.
        var payload = _payload.AsSpan(0, _session.Peer.WritePayload(_payload, output, input, _session.FirstRequest + request));
        _sentAt[index] = Loop.Now;
        _session.Asker(request).Publish(topic, payload, _session.Peer.Qos);
    }

    private void Shown(int device, int output, int input)
    {
        var index = device * _session.Farm.Ports + output;
        if (_wanted[index] != input || (_waitsFor[index] & State) == 0) return;
        if (_session.Farm.CommandedAt[index] < _sentAt[index]) Early("state", index);
        if (_isMeasuring) _toState.Add(Loop.Now - _sentAt[index]);
        Settle(index, State);
    }

    private void Answered(long request, int status)
    {
        var index = _bySlot[(request - _session.FirstRequest) % Slots];
        if (index == Idle || _wanted[index] == Idle) return;
        if (status != 200) _refused++;
        else if (_session.Farm.CommandedAt[index] < _sentAt[index]) Early("answer", index);
        Settle(index, status == 200 ? Answer : (byte)(State | Answer));
    }

    private void Early(string what, int index)
    {
        _early++;
        Console.Error.WriteLine(
            $"early {what} of output {index % _session.Farm.Ports} of device {index / _session.Farm.Ports}: wanted {_wanted[index]}, the device shows "
            + $"{_session.Farm.Shown[index]} and was last commanded {Loop.Microseconds(_sentAt[index] - _session.Farm.CommandedAt[index]):0} µs before");
    }

    private void Settle(int index, byte what)
    {
        _waitsFor[index] &= (byte)~what;
        if (_waitsFor[index] != 0) return;
        _wanted[index] = Idle;
        _inFlight--;
        if (!_isMeasuring) return;
        _done++;
        _toDone.Add(Loop.Now - _sentAt[index]);
    }
}
