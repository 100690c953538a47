using System.Globalization;
using AvGateway.Operations.Power;

namespace AvGateway.Host.Tests.City;

/// <summary>
/// The least time that a plan's order allows: its longest chain of steps, where each lasts as long as its device itself needs, and the gaps of a feeder and
/// the bounds of a circuit if that is longer. No polling, no thinking, no sending is part of it.
/// </summary>
internal static class StaggerMinimum
{
    /// <summary>A link that was lost has this long to come back before anything may count it as gone; part of what is seen, not of how fast.</summary>
    private static readonly TimeSpan LinkGone = TimeSpan.FromSeconds(5);

    /// <param name="except">A room that was put off; its steps do not count.</param>
    public static TimeSpan Of(PowerPicture run, CityBench city, string? except)
    {
        var steps = run.Steps.Where(s => !s.Rooms.Contains(except ?? "")).ToList();
        var begins = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        var ends = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            var begin = step.Needs.Concat(step.After).Select(n => ends[n]).DefaultIfEmpty().Max();
            foreach (var follows in step.Follows.Where(begins.ContainsKey)) begin = Later(begin, begins[follows] + step.Gap);
            begins[step.Id] = begin;
            ends[step.Id] = begin + Own(step, city);
        }

        // An off is over with its last frame; an on when everything is there.
        var chain = run.Record.Order.Act is PowerAct.Off ? begins.Values.Max() : ends.Values.Max();
        var feeders = steps.Where(s => s.Outlet is not null).GroupBy(s => s.Device).Select(g => g.First().Gap * (g.Count() - 1)).DefaultIfEmpty().Max();
        var circuits = city.Graph.Branches.Select(b => Math.Ceiling(steps.Where(s => s.Branches.Contains(b.Id)).Sum(s => s.Inrush) / b.Inrush - 1) * b.Settle).DefaultIfEmpty().Max();
        return Later(chain, Later(feeders, circuits));
    }

    private static TimeSpan Own(PowerStep step, CityBench city)
    {
        var peer = city.Peer(step.Device.Room, step.Device.Name);
        TimeSpan Switch(params string[] names) => names.Select(n => peer.Switch(n) is { } value ? Read(value.ToString()) : default).Max();
        return step.Kind switch
        {
            StepKind.DeviceOff => Switch("power-time", "cool-down"),
            StepKind.OutletOff => Switch("relay-delay") + (step.Fed.IsEmpty ? default : LinkGone),
            StepKind.OutletOn => Switch("relay-delay"),
            StepKind.Appear => Switch("boot-time"),
            StepKind.DeviceOn => Switch("boot-time") + Switch("power-time", "warm-up"),
            _ => default,
        };
    }

    private static TimeSpan Read(string duration) => duration switch
    {
        [.. var number, 'm', 's'] => TimeSpan.FromMilliseconds(double.Parse(number, CultureInfo.InvariantCulture)),
        [.. var number, 's'] => TimeSpan.FromSeconds(double.Parse(number, CultureInfo.InvariantCulture)),
        [.. var number, 'm'] => TimeSpan.FromMinutes(double.Parse(number, CultureInfo.InvariantCulture)),
        _ => TimeSpan.Zero,
    };

    private static TimeSpan Later(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
