using System.Globalization;

namespace AvGateway.Simulator.Devices.Scenarios;

/// <summary>How a scenario went.</summary>
/// <param name="Failed">Expectations that were not met and acts that were refused, as they were told.</param>
public sealed record ScenarioResult(int Acts, int Met, IReadOnlyList<string> Failed);

/// <summary>
/// Plays the time line of a scenario. Nothing here waits: whoever owns the clock asks when the next thing is due, and calls when it is.
/// </summary>
public sealed class ScenarioPlayer
{
    // How often the world is looked at while something is expected of it.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly IScenarioStage _stage;
    private readonly Action<string> _tell;
    private readonly PriorityQueue<Due, (TimeSpan At, int Order)> _due = new();
    private readonly List<Pending> _pending = [];
    private readonly List<string> _failed = [];
    private int _acts;
    private int _met;
    private bool _looking;

    /// <param name="tell">Hears each act and each expectation's end in a line.</param>
    public ScenarioPlayer(Scenario scenario, IScenarioStage stage, Action<string> tell)
    {
        _stage = stage;
        _tell = tell;
        for (var i = 0; i < scenario.Steps.Count; i++)
        {
            // Of its own, so that what one step draws does not depend on the others.
            var random = new Random(HashCode(scenario.Seed, i));
            Enqueue(new(scenario.Steps[i], i, scenario.Steps[i].At, random));
        }
    }

    /// <summary>When the next thing is due, since the beginning; null when the scenario is over.</summary>
    public TimeSpan? Next => _due.TryPeek(out _, out var at) ? at.At : null;

    public ScenarioResult Outcome => new(_acts, _met, _failed);

    /// <summary>Does everything that is due now.</summary>
    public async ValueTask RunAsync(TimeSpan now, CancellationToken cancellation)
    {
        while (_due.TryPeek(out _, out var at) && at.At <= now)
        {
            var due = _due.Dequeue();
            if (due.Step is null) _looking = false;
            else await StepAsync(due, now, cancellation);
            await LookAsync(now, cancellation);
        }

        if (_pending.Count > 0 && !_looking)
        {
            _looking = true;
            var next = _pending.Min(each => each.Until);
            if (next > now + Look) next = now + Look;
            _due.Enqueue(new(null, 0, next, null), (next, int.MaxValue));
        }
    }

    private static int HashCode(int seed, int step) => unchecked((seed * 397) ^ (step * 7919));

    private void Enqueue(Due due)
    {
        var jitter = due.Step!.Jitter * (due.Step.Jitter > TimeSpan.Zero ? due.Random!.NextDouble() : 0);
        _due.Enqueue(due, (due.Nominal + jitter, due.Index));
    }

    private async ValueTask StepAsync(Due due, TimeSpan now, CancellationToken cancellation)
    {
        var step = due.Step!;
        if (step.Every > TimeSpan.Zero && due.Nominal + step.Every <= step.Until) Enqueue(due with { Nominal = due.Nominal + step.Every });
        if (step.Act is Expectation expected)
        {
            var frames = await _stage.TraceAsync(step.Device, 0, cancellation);
            _pending.Add(new(step, expected, now, now + expected.Within, frames.Count == 0 ? 0 : frames[^1].Number));
            return;
        }

        _acts++;
        var problem = step.Act switch
        {
            SwitchAct act => await _stage.SwitchAsync(step.Device, act.Name, act.Value, cancellation),
            PressAct act => await _stage.PressAsync(step.Device, act.Verb, act.Args, cancellation),
            SayAct act => _stage.Say(step.Device, Wires.WireText.Read(act.Text)),
            LeaveAct => Leave(step.Device),
            _ => throw new InvalidOperationException($"no way to do {step.Act}"),
        };
        if (problem is null) _tell($"{Clock(now)}  {step.Device}  {step.Act}");
        else Fail(now, step, $"{step.Act}: refused: {problem}");
    }

    private string? Leave(string device)
    {
        _stage.Leave(device);
        return null;
    }

    private async ValueTask LookAsync(TimeSpan now, CancellationToken cancellation)
    {
        foreach (var each in _pending.ToArray())
        {
            var (isSo, seen) = await SeeAsync(each, cancellation);
            if (isSo && !each.Expected.Never)
            {
                _pending.Remove(each);
                Met(now, each.Step, $"after {Shown(now - each.Since)}");
            }
            else if (isSo)
            {
                _pending.Remove(each);
                Fail(now, each.Step, $"{each.Expected}: it was, after {Shown(now - each.Since)}");
            }
            else if (now >= each.Until)
            {
                _pending.Remove(each);
                if (each.Expected.Never) Met(now, each.Step, $"for {Shown(each.Expected.Within)}");
                else Fail(now, each.Step, $"{each.Expected}: not within {Shown(each.Expected.Within)}; seen: {seen}");
            }
        }
    }

    private async ValueTask<(bool IsSo, string Seen)> SeeAsync(Pending each, CancellationToken cancellation)
    {
        switch (each.Expected)
        {
            case StateExpectation state:
                var found = JsonPointer.Find(await _stage.StateAsync(each.Step.Device, cancellation), state.Pointer);
                return (System.Text.Json.Nodes.JsonNode.DeepEquals(found, state.Value), found?.ToJsonString() ?? "nothing");
            case FrameExpectation frame:
                var frames = (await _stage.TraceAsync(each.Step.Device, each.Frame, cancellation)).Where(f => f.Direction == frame.Direction).ToList();
                return (frames.Exists(f => f.Text.Contains(frame.Text, StringComparison.Ordinal)), frames.Count == 0 ? "nothing" : frames[^1].Text);
            case HearExpectation hear:
                var heard = _stage.Heard(each.Step.Device);
                return (heard.Contains(hear.Text, StringComparison.Ordinal), heard.Length == 0 ? "nothing" : heard);
            default:
                throw new InvalidOperationException($"no way to see {each.Expected}");
        }
    }

    private void Met(TimeSpan now, ScenarioStep step, string when)
    {
        _met++;
        _tell($"{Clock(now)}  {step.Device}  met {when}: {step.Act}");
    }

    private void Fail(TimeSpan now, ScenarioStep step, string words)
    {
        var line = $"{Clock(now)}  {step.Device}  FAILED {step.Place}: {words}";
        _failed.Add(line);
        _tell(line);
    }

    private static string Clock(TimeSpan at) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)at.TotalHours:00}:{at.Minutes:00}:{at.Seconds:00}.{at.Milliseconds:000}");

    private static string Shown(TimeSpan span) => Durations.Format(TimeSpan.FromMilliseconds(Math.Round(span.TotalMilliseconds)));

    private sealed record Due(ScenarioStep? Step, int Index, TimeSpan Nominal, Random? Random);

    private sealed record Pending(ScenarioStep Step, Expectation Expected, TimeSpan Since, TimeSpan Until, long Frame);
}
