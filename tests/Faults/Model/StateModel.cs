using System.Text.Json;
using AvGateway.Faults.History;

namespace AvGateway.Faults.Model;

/// <summary>
/// I6 to I9 as far as they can be seen from outside: a topic's number never goes back, nothing is called good or online before its device was
/// heard in this run, what stands at the end is what the devices are, and no topic is of a device that is not configured.
/// </summary>
internal sealed class StateModel(IReadOnlyCollection<string> devices)
{
    private readonly Dictionary<string, long> _sequences = [];
    private readonly Dictionary<string, (string Value, string Quality)> _values = [];
    private readonly Dictionary<string, string> _states = [];
    private readonly HashSet<string> _reached = [];

    public IEnumerable<Violation> Apply(HistoryEvent seen)
    {
        switch (seen.Kind)
        {
            case EventKind.Killed:
                _reached.Clear();
                return [];
            case EventKind.Heard or EventKind.Noted:
                _reached.Add(seen.Subject);
                return [];
            case EventKind.Shown:
                return Show(seen);
            case EventKind.Settled:
                return Differences(seen.Subject, seen.Text!).Select(difference => new Violation("I7", seen.Number, difference));
            default:
                return [];
        }
    }

    /// <summary>What is shown of a device and is not so; empty when all of it is.</summary>
    public IEnumerable<string> Differences(string device, string truth)
    {
        if (_states.GetValueOrDefault(device) is not "online") yield return $"{device} is well and shown as {_states.GetValueOrDefault(device)}";
        using var state = JsonDocument.Parse(truth);
        foreach (var property in state.RootElement.EnumerateObject())
        {
            var wanted = property.Value.ToString();
            var shown = _values.GetValueOrDefault($"{device}/{property.Name}");
            if (shown.Value != wanted || shown.Quality != "good")
                yield return $"{device}/{property.Name} is {wanted} and shown as {shown.Value} ({shown.Quality})";
        }
    }

    public IEnumerable<Violation> Finish(long number) =>
        from device in devices
        where !_states.ContainsKey(device)
        select new Violation("I9", number, $"{device} is configured and has no state");

    private IEnumerable<Violation> Show(HistoryEvent shown)
    {
        if (shown.Subject.Split('/') is not [var room, var name, var last]) yield break;

        // A room's own branches ($scene, $hearing) are of no device.
        if (name.StartsWith('$') && devices.Any(d => d.StartsWith($"{room}/", StringComparison.Ordinal))) yield break;
        var device = $"{room}/{name}";
        if (!devices.Contains(device)) yield return new("I9", shown.Number, $"{shown.Subject} is of no configured device");
        if (shown.Text is not { Length: > 0 } text) yield break;
        using var payload = JsonDocument.Parse(text);
        if (last == "$state")
        {
            _states[device] = payload.RootElement.GetProperty("state").GetString()!;
            if (_states[device] == "online" && !_reached.Contains(device))
                yield return new("I8", shown.Number, $"{device} is called online and was not heard in this run");
            yield break;
        }

        if (last.StartsWith('$') || !payload.RootElement.TryGetProperty("seq", out var number)) yield break;
        var (sequence, quality) = (number.GetInt64(), payload.RootElement.GetProperty("q").GetString()!);
        if (_sequences.TryGetValue(shown.Subject, out var before) && sequence < before)
            yield return new("I6", shown.Number, $"seq of {shown.Subject} went from {before} back to {sequence}");
        _sequences[shown.Subject] = sequence;
        _values[shown.Subject] = (payload.RootElement.GetProperty("v").ToString(), quality);
        if (quality == "good" && !_reached.Contains(device))
            yield return new("I7", shown.Number, $"{shown.Subject} is called good and {device} was not heard in this run");
    }
}
