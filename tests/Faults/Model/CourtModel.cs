using AvGateway.Faults.History;

namespace AvGateway.Faults.Model;

/// <summary>
/// Holds a history against the invariants, event by event, while it happens or from its file. Sees only what the devices and an MQTT client saw,
/// so that it cannot share a mistake with the gateway.
/// </summary>
public sealed class CourtModel(IReadOnlyCollection<string> devices)
{
    private const int MostViolations = 50;

    private readonly CommandModel _commands = new();
    private readonly StateModel _states = new(devices);
    private readonly List<Violation> _violations = [];
    private long _last;

    /// <summary>The first of them; one fault usually shows in many places.</summary>
    public IReadOnlyList<Violation> Violations => _violations;

    public int Asked => _commands.Asked;
    public int Accepted => _commands.Accepted;
    public int Ended => _commands.Ended;

    /// <summary>Ended with 504: not known whether the device got it, which is what a kill leaves behind.</summary>
    public int Unknown => _commands.Unknown;

    /// <summary>Ids that the gateway promised to end (202).</summary>
    public IReadOnlySet<string> AcceptedIds => _commands.AcceptedIds;

    /// <summary>Checks a whole file.</summary>
    public static CourtModel Of(IEnumerable<HistoryEvent> history, IReadOnlyCollection<string> devices)
    {
        var model = new CourtModel(devices);
        foreach (var seen in history) model.Apply(seen);
        model.Finish();
        return model;
    }

    public void Apply(HistoryEvent seen)
    {
        _last = seen.Number;
        Add(_commands.Apply(seen));
        Add(_states.Apply(seen));
    }

    /// <summary>Whether all that is shown of a device is as the device itself says.</summary>
    public bool Agrees(string device, string truth) => !_states.Differences(device, truth).Any();

    /// <summary>To be called when nothing is on its way any more.</summary>
    public void Finish()
    {
        Add(_commands.Finish(_last));
        Add(_states.Finish(_last));
    }

    private void Add(IEnumerable<Violation> found)
    {
        foreach (var violation in found)
            if (_violations.Count < MostViolations) _violations.Add(violation);
    }
}
