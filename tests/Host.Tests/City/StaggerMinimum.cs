using System.Globalization;
using System.Text.Json.Nodes;
using AvGateway.Devices;
using AvGateway.Operations.Power;
using AvGateway.Simulator.Devices;

namespace AvGateway.Host.Tests.City;

/// <summary>
/// The least time that a plan's order allows: its longest chain of steps, where each lasts as long as its device itself needs, and the gaps of a feeder and
/// the bounds of a circuit if that is longer. No polling, no thinking, no sending is part of it.
/// </summary>
internal static class StaggerMinimum
{
    /// <param name="except">A room that was put off; its steps do not count.</param>
    public static TimeSpan Of(PowerPicture run, CityBench city, string? except) =>
        Of(run.Record.Order.Act, [.. run.Steps.Where(s => !s.Rooms.Contains(except ?? ""))], city.Graph.Branches, (device, name) => city.Peer(device.Room, device.Name).Switch(name));

    /// <param name="switchOf">A switch of a simulated device, which tells how long it takes for something; null: it has none of that name.</param>
    public static TimeSpan Of(PowerAct act, IReadOnlyList<PowerStep> steps, IEnumerable<PowerBranch> branches, Func<DeviceId, string, JsonNode?> switchOf)
    {
        var begins = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        var ends = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            var begin = step.Needs.Concat(step.After).Select(n => ends[n]).DefaultIfEmpty().Max();
            foreach (var follows in step.Follows.Where(begins.ContainsKey)) begin = Later(begin, begins[follows] + step.Gap);
            begins[step.Id] = begin;
            ends[step.Id] = begin + Own(step, switchOf);
        }

        // An off is over with its last frame; an on when everything is there.
        var chain = act is PowerAct.Off ? begins.Values.Max() : ends.Values.Max();
        var feeders = steps.Where(s => s.Outlet is not null).GroupBy(s => s.Device).Select(g => g.First().Gap * (g.Count() - 1)).DefaultIfEmpty().Max();
        var circuits = branches.Select(b => Math.Ceiling(steps.Where(s => s.Branches.Contains(b.Id)).Sum(s => s.Inrush) / b.Inrush - 1) * b.Settle).DefaultIfEmpty().Max();
        return Later(chain, Later(feeders, circuits));
    }

    /// <summary>Where the time of a run went: the chain of steps that ended last, each with what it took from the end of what it waited for to its own.</summary>
    public static string Chain(PowerPicture run, Func<DeviceId, string, JsonNode?> switchOf)
    {
        var told = run.Steps.Zip(run.Progress).ToDictionary(p => p.First.Id, p => p.Second, StringComparer.Ordinal);
        var steps = run.Steps.ToDictionary(s => s.Id, StringComparer.Ordinal);
        var lines = new Stack<string>();
        var at = run.Steps.Where(s => told[s.Id].EndedAt is not null).MaxBy(s => told[s.Id].EndedAt);
        while (at is not null)
        {
            var before = at.Needs.Concat(at.After).Where(n => told[n].EndedAt is not null).MaxBy(n => told[n].EndedAt);
            var from = before is null ? run.Record.StartedAt : told[before].EndedAt!.Value;
            string Since(DateTimeOffset? moment) => moment is { } m ? (m - from).TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture) : "-";
            lines.Push($"{at.Id}: after {Since(told[at.Id].WishedAt)} wished, {Since(told[at.Id].SentAt)} sent, {Since(told[at.Id].EndedAt)} seen; {Own(at, switchOf).TotalSeconds:0.00} its own, {told[at.Id].Tries} tries");
            at = before is null ? null : steps[before];
        }

        return string.Join('\n', lines);
    }

    private static TimeSpan Own(PowerStep step, Func<DeviceId, string, JsonNode?> switchOf)
    {
        TimeSpan Switch(params string[] names) => names.Select(n => switchOf(step.Device, n) is { } value && Durations.TryParse(value.ToString(), out var time) ? time : default).Max();
        return step.Kind switch
        {
            StepKind.DeviceOff => Switch("power-time", "cool-down"),
            StepKind.OutletOff or StepKind.OutletOn => Switch("relay-delay"),
            // What waits for no outlet has had power all the time.
            StepKind.Appear => step.Needs.IsEmpty ? default : Switch("boot-time"),
            StepKind.DeviceOn => (step.Needs.IsEmpty ? default : Switch("boot-time")) + Switch("power-time", "warm-up"),
            _ => default,
        };
    }

    private static TimeSpan Later(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
