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

    private static TimeSpan Own(PowerStep step, Func<DeviceId, string, JsonNode?> switchOf)
    {
        TimeSpan Switch(params string[] names) => names.Select(n => switchOf(step.Device, n) is { } value && Durations.TryParse(value.ToString(), out var time) ? time : default).Max();
        return step.Kind switch
        {
            StepKind.DeviceOff => Switch("power-time", "cool-down"),
            StepKind.OutletOff or StepKind.OutletOn => Switch("relay-delay"),
            StepKind.Appear => Switch("boot-time"),
            StepKind.DeviceOn => Switch("boot-time") + Switch("power-time", "warm-up"),
            _ => default,
        };
    }

    private static TimeSpan Later(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
