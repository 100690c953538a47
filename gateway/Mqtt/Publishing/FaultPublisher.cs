using AvGateway.Mqtt.Bus;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Release;

namespace AvGateway.Mqtt.Publishing;

/// <summary>
/// Shows open faults on <c>$fault/F</c>, every transition once on <c>$fault-log</c>, what a vendor was given on <c>$escalation/V/F</c>, and which
/// closed ones are still to be followed up on <c>$follow-up/F</c>.
/// </summary>
public sealed class FaultPublisher
{
    private readonly TopicMap _topics;
    private readonly IMqttBus _bus;
    private readonly RetainedTopics _retained;
    private readonly FaultWatch _faults;
    private readonly Func<Fault, IReadOnlyList<ContractClock>> _clocks;
    private readonly Func<Fault, ReleasedReport?> _released;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _awaiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _given = new(StringComparer.Ordinal);

    /// <param name="clocks">The contract's clocks of a fault as they stand now; null: the site has no contract.</param>
    /// <param name="released">The report that the court let go to whoever has the fault; null: none ever is.</param>
    public FaultPublisher(
        TopicMap topics, IMqttBus bus, RetainedTopics retained, FaultWatch faults, Func<Fault, IReadOnlyList<ContractClock>>? clocks = null, Func<Fault, ReleasedReport?>? released = null)
    {
        (_topics, _bus, _retained, _faults, _clocks, _released) = (topics, bus, retained, faults, clocks ?? (static _ => []), released ?? (static _ => null));
        faults.Changed += change =>
        {
            lock (_gate)
            {
                Show(change.Fault);
                _bus.Publish(new(_topics.FaultLog, FaultPayload.Log(change), Retain: false));
            }
        };
        faults.Dropped += fault =>
        {
            lock (_gate)
            {
                if (_awaiting.Remove(fault)) _retained.Clear(_topics.FollowUp(fault));
            }
        };
    }

    /// <summary>To be called once the faults are restored and the bus is open.</summary>
    public void ShowAll()
    {
        lock (_gate)
        {
            foreach (var fault in _faults.Open.Concat(_faults.AwaitingFollowUp)) Show(fault);
        }
    }

    private void Show(Fault fault)
    {
        var kind = _faults.Kinds.Of(fault.Code);
        var clocks = fault.IsClosed ? [] : _clocks(fault);
        if (fault.IsClosed) _retained.Clear(_topics.Fault(fault.Id));
        else _retained.Show(_topics.Fault(fault.Id), FaultPayload.Write(fault, kind, clocks));

        ShowFollowUp(fault);
        if (_given.TryGetValue(fault.Id, out var had) && had != fault.Party) _retained.Clear(_topics.Escalation(had, fault.Id));
        if (fault.Party is { } party && !fault.IsClosed)
        {
            _given[fault.Id] = party;
            _retained.Show(_topics.Escalation(party, fault.Id), FaultPayload.Report(fault, kind, clocks, _released(fault)));
        }
        else
        {
            _given.Remove(fault.Id);
        }
    }

    private void ShowFollowUp(Fault fault)
    {
        if (fault.AwaitsFollowUp)
        {
            _awaiting.Add(fault.Id);
            _retained.Show(_topics.FollowUp(fault.Id), FaultPayload.FollowUp(fault, _faults.Kinds.Of(fault.Code)));
        }
        else if (_awaiting.Remove(fault.Id))
        {
            _retained.Clear(_topics.FollowUp(fault.Id));
        }
    }
}

/// <summary>Payloads about faults.</summary>
public static class FaultPayload
{
    public static IReadOnlyList<string> Steps { get; } = [.. Enum.GetValues<FaultStep>().Select(FaultJson.Word)];
    public static IReadOnlyList<string> Severities { get; } = [.. Enum.GetNames<Severity>()];

    public static byte[] Write(Fault fault, FaultKind kind, IReadOnlyList<ContractClock> clocks)
    {
        var payload = PayloadWriter.Start();
        payload.Json.WriteStartObject();
        FaultJson.Show(payload.Json, fault, kind, clocks);
        payload.Json.WriteEndObject();
        return payload.Take();
    }

    public static byte[] Report(Fault fault, FaultKind kind, IReadOnlyList<ContractClock> clocks, ReleasedReport? released = null)
    {
        var payload = PayloadWriter.Start();
        payload.Json.WriteStartObject();
        FaultJson.Report(payload.Json, fault, kind, clocks, released);
        payload.Json.WriteEndObject();
        return payload.Take();
    }

    public static byte[] FollowUp(Fault fault, FaultKind kind)
    {
        var payload = PayloadWriter.Start();
        payload.Json.WriteStartObject();
        FaultJson.FollowUp(payload.Json, fault, kind);
        payload.Json.WriteEndObject();
        return payload.Take();
    }

    public static byte[] Log(FaultChange change)
    {
        var payload = PayloadWriter.Start();
        payload.Json.WriteStartObject();
        FaultJson.Log(payload.Json, change);
        payload.Json.WriteEndObject();
        return payload.Take();
    }
}
