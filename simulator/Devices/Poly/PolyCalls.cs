using System.Globalization;

namespace AvGateway.Simulator.Devices.Poly;

/// <summary>One call.</summary>
internal sealed class PolyCall(int id, string number, string name, bool incoming)
{
    public int Id => id;

    public string Number => number;

    public string Name => name;

    public bool Incoming => incoming;

    /// <summary>opened, ringing, connected, disconnecting.</summary>
    public string Status { get; set; } = "opened";

    public bool IsSettingUp => !incoming && Status is "opened" or "ringing";

    public IDisposable? Next { get; set; }
}

/// <summary>
/// The calls: opened, ringing, connected, gone. Both streams tell of them: <c>cs:</c>, <c>active:</c>, <c>cleared:</c>, <c>ended:</c> to who
/// registered for callstate, and <c>notification:callstatus</c>. Causes are Q.850 numbers, which is an assumption: the guide shows 0 only.
/// </summary>
internal sealed class PolyCalls(SimulatedPoly codec, PolySwitches switches)
{
    private const int MostCalls = 8;
    private const int FirstId = 34;
    private const int Normal = 16;

    private readonly List<PolyCall> _calls = [];
    private int _lastId = FirstId - 1;

    public IReadOnlyList<PolyCall> All => _calls;

    public bool IsFull => _calls.Count >= MostCalls;

    public bool IsSettingUp => _calls.Exists(call => call.IsSettingUp);

    public void Dial(string number)
    {
        var call = Add(number, number, incoming: false);
        Tell(call, "ALLOCATED");
        Notify(call, "opened");
        call.Next = codec.After(switches.DialTime.Now, () => FarEndRings(call));
    }

    public void Ring(string number, string name)
    {
        var call = Add(number, name, incoming: true);
        call.Status = "ringing";
        codec.Tell("listen video ringing", "listen");
        Tell(call, "RINGING");
        Notify(call, "ringing");
        call.Next = codec.After(switches.NoAnswerTime.Now, () => End(call, Normal));
    }

    public bool Answer()
    {
        if (_calls.Find(each => each is { Incoming: true, Status: "ringing" }) is not { } call) return false;
        Connect(call);
        return true;
    }

    public void EndAll()
    {
        foreach (var call in _calls.ToArray()) End(call, Normal);
    }

    public void Clear() => _calls.Clear();

    public IEnumerable<string> Info(bool muted) => _calls.Select(call => string.Create(
        CultureInfo.InvariantCulture,
        $"callinfo:{call.Id}:{Party(call)}:384:{call.Status}:{(muted ? "muted" : "notmuted")}:{(call.Incoming ? "incoming" : "outgoing")}:videocall"));

    public IEnumerable<string> States() => _calls.Select(call =>
        string.Create(CultureInfo.InvariantCulture, $"cs: call[{call.Id}] speed[384] dialstr[{call.Number}] state[{call.Status}]"));

    private PolyCall Add(string number, string name, bool incoming)
    {
        var call = new PolyCall(++_lastId, number, name, incoming);
        _calls.Add(call);
        return call;
    }

    private void FarEndRings(PolyCall call)
    {
        if (switches.FarEnd.Now == "unknown")
        {
            End(call, 1);
            return;
        }

        call.Status = "ringing";
        Tell(call, "RINGING");
        Notify(call, "ringing");
        var patience = switches.FarEnd.Now == "no-answer" ? switches.NoAnswerTime.Now : switches.RingTime.Now;
        call.Next = codec.After(patience, () => FarEndDecides(call));
    }

    private void FarEndDecides(PolyCall call)
    {
        switch (switches.FarEnd.Now)
        {
            case PolySwitches.Answers: Connect(call); break;
            case "busy": End(call, 17); break;
            case "rejects": End(call, 21); break;
            default: End(call, 19); break;
        }
    }

    private void Connect(PolyCall call)
    {
        call.Next?.Dispose();
        call.Status = "connected";
        Tell(call, "COMPLETE");
        codec.Tell(string.Create(CultureInfo.InvariantCulture, $"active: call[{call.Id}] speed[1024]"), "callstate");
        Notify(call, "connected");
    }

    private void End(PolyCall call, int cause)
    {
        call.Next?.Dispose();
        if (!_calls.Remove(call)) return;
        codec.Tell(string.Create(CultureInfo.InvariantCulture, $"cleared: call[{call.Id}] dialstr[IP:{call.Number} NAME:{call.Name}]"), "callstate");
        codec.Tell(string.Create(CultureInfo.InvariantCulture, $"ended: call[{call.Id}]"), "callstate");
        Notify(call, "disconnected", cause);
    }

    private void Tell(PolyCall call, string state) =>
        codec.Tell(string.Create(CultureInfo.InvariantCulture, $"cs: call[{call.Id}] chan[0] dialstr[{call.Number}] state[{state}]"), "callstate");

    private void Notify(PolyCall call, string status, int cause = 0)
    {
        var direction = call.Incoming ? "incoming" : "outgoing";
        codec.Notify("callstatus", string.Create(CultureInfo.InvariantCulture, $"{direction}:{call.Id}:{Party(call)}:{status}:384:{cause}:videocall"));
    }

    private string Party(PolyCall call) => switches.NamesMissing.Now ? call.Number : $"{call.Name}:{call.Number}";
}
