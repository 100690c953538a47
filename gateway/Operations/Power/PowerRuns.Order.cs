using AvGateway.Operations.Commands;
using AvGateway.Operations.Rooms;

namespace AvGateway.Operations.Power;

/// <summary>Which run goes before which: one at a time for each room, and what is on before what goes off.</summary>
public sealed partial class PowerRuns
{
    private Refusal? Conflict(PowerOrder order, PowerPlan plan, out List<(PowerRunner Runner, IReadOnlySet<string> Rooms)> yielding)
    {
        yielding = [];
        var touched = Touched(plan.Steps);
        lock (_gate)
        {
            foreach (var (id, (runner, _)) in _running)
            {
                var theirs = runner.Picture.Record;
                var shared = Touched(runner.Picture.Steps).Where(r => touched.Contains(r) && !theirs.CancelledRooms.Contains(r)).ToHashSet(StringComparer.Ordinal);
                if (shared.Count == 0) continue;

                // Errors fail toward "available and on": an order to switch on takes its rooms back from one to switch off, never the other way round.
                if (order.Act is PowerAct.Off || theirs.Order.Act is PowerAct.On)
                    return new(AnswerCodes.PowerRunning, $"run {id} ({RunJson.Word(theirs.Order.Act)}, {theirs.Order.Scope}) is under way in {string.Join(", ", shared.Order(StringComparer.Ordinal))}");
                yielding.Add((runner, shared));
                Write("power.superseded", string.Join(',', shared.Order(StringComparer.Ordinal)), order.By, new { run = id });
            }
        }

        foreach (var (runner, rooms) in yielding) runner.Cancel(rooms, new("已被新的命令取代", "superseded"));
        return null;
    }

    // Only waiting for a feeder to answer takes nothing from its room.
    private static HashSet<string> Touched(IEnumerable<PowerStep> steps) => steps.Where(s => s.IsSent).SelectMany(s => s.Rooms).ToHashSet(StringComparer.Ordinal);

    // Kept until the next run of the same scope; a site with many odd scopes forgets the oldest.
    private List<PowerPicture> Replaced(PowerOrder order)
    {
        lock (_gate)
        {
            var over = _all.Values.Where(r => r.Record.Phase is not RunPhase.Running).OrderBy(r => r.Record.Id, StringComparer.Ordinal).ToList();
            var same = over.Where(r => r.Record.Order.Scope == order.Scope).ToList();
            return [.. same, .. over.Except(same).Take(Math.Max(0, _all.Count - same.Count - MostKept + 1))];
        }
    }

    private void Drop(string run)
    {
        lock (_gate)
        {
            _all.Remove(run);
            _about.Remove(run);
        }

        Dropped?.Invoke(run);
    }
}
