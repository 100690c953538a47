using AvGateway.Faults.History;

namespace AvGateway.Faults.Model;

/// <summary>
/// I1, I2, I4 and I5 as far as they can be seen from outside: what was accepted ends in exactly one way, a wish has one effect, nothing reaches a
/// device too late or unasked, and frames come in the order of acceptance.
/// </summary>
internal sealed class CommandModel
{
    private readonly Dictionary<string, CommandLife> _open = [];
    private readonly Dictionary<(string Device, string Effect), CommandLife> _owners = [];
    private readonly Dictionary<string, long> _acceptance = [];
    private readonly Dictionary<string, (long Order, string Id)> _lastFrame = [];
    private readonly Queue<CommandLife> _oldest = new();

    // Until an effect is wished anew, its last owner answers for its frames; older commands are forgotten so that a long run fits in memory.
    private const int Remembered = 20_000;

    private int _run;

    public int Asked { get; private set; }
    public int Accepted { get; private set; }
    public int Ended { get; private set; }
    public int Unknown { get; private set; }
    public HashSet<string> AcceptedIds { get; } = [];

    public IEnumerable<Violation> Apply(HistoryEvent seen) => seen.Kind switch
    {
        EventKind.Asked => Ask(seen),
        EventKind.Answered => Answer(seen),
        EventKind.Heard when seen.Effect is not null => Hear(seen),
        EventKind.Killed => Forget(),
        _ => [],
    };

    /// <summary>What must hold when nothing is on its way any more.</summary>
    public IEnumerable<Violation> Finish(long number)
    {
        foreach (var life in _open.Values.Where(l => l.Final is null))
            yield return new("I1", number, $"{life.Id} ({(life.WasAccepted ? "accepted" : "not accepted")}) of {life.Device} never ended");
    }

    private IEnumerable<Violation> Ask(HistoryEvent asked)
    {
        if (!_open.TryGetValue(asked.Id!, out var life))
        {
            Asked++;
            life = new(asked);
            _open.Add(life.Id, life);
            _oldest.Enqueue(life);
            if (_owners.TryGetValue((life.Device, life.Effect), out var before) && before.Final is null)
                yield return new("load", asked.Number, $"\"{life.Effect}\" is wished again before {before.Id} has ended");
            _owners[(life.Device, life.Effect)] = life;
            if (_oldest.Count > Remembered && _oldest.Peek().Final is not null) _open.Remove(_oldest.Dequeue().Id);
        }

        life.Ask(asked);
    }

    private List<Violation> Answer(HistoryEvent answered)
    {
        if (!_open.TryGetValue(answered.Id!, out var life)) return [new("I1", answered.Number, $"an answer for {answered.Id}, which nobody asked")];
        var (wasAccepted, hadEnded) = (life.WasAccepted, life.Final is not null);
        var broken = life.Answer(answered).ToList();
        if (!wasAccepted && life.WasAccepted)
        {
            Accepted++;
            AcceptedIds.Add(life.Id);
            _acceptance[life.Id] = answered.Number;
        }

        if (hadEnded || life.Final is null) return broken;
        Ended++;
        if (life.Stat == 504) Unknown++;
        return broken;
    }

    private List<Violation> Hear(HistoryEvent frame)
    {
        if (!_owners.TryGetValue((frame.Subject, frame.Effect!), out var life))
            return [new("I2", frame.Number, $"{frame.Subject} heard \"{frame.Effect}\", which nobody asked")];
        var broken = life.Hear(frame, _run).ToList();

        // The answer may be seen after the frame that it announces; only two that were both announced can be compared.
        if (!_acceptance.TryGetValue(life.Id, out var order)) return broken;
        if (_lastFrame.TryGetValue(frame.Subject, out var last) && order < last.Order)
            broken.Add(new("I5", frame.Number, $"{frame.Subject} heard {life.Id} after {last.Id}, which was accepted later"));
        _lastFrame[frame.Subject] = (order, life.Id);
        return broken;
    }

    private List<Violation> Forget()
    {
        _run++;
        _acceptance.Clear();
        _lastFrame.Clear();
        return [];
    }
}
