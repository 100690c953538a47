using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Journal;

namespace AvGateway.Operations.Power;

/// <summary>
/// Power runs in the gateway's store: the record of each, and each step beside it, so that a step's boundary costs one small row and not the
/// whole run.
/// </summary>
public sealed class PowerTable(IStateTable state)
{
    private const string RunKind = "power-run";
    private const string StepKind = "power-step";
    private const string PreviewKind = "power-preview";

    private static readonly JsonSerializerOptions Options = new()
    {
        Converters = { new JsonStringEnumConverter() },
        IgnoreReadOnlyProperties = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private sealed record KeptStep(PowerStep Step, StepProgress Progress);

    /// <summary>Somebody has seen what an order over this scope would do.</summary>
    public sealed record Preview(string Scope, PowerAct Act, string Plan, string By, DateTimeOffset At);

    /// <summary>A whole run as one commit: it exists with all its steps or not at all. The rows of older runs of its scope go in the same one.</summary>
    /// <exception cref="StoreUnavailableException">Nothing can be stored now.</exception>
    public ValueTask BeginAsync(PowerPicture run, JournalEntry audit, IEnumerable<PowerPicture> replaced, CancellationToken cancellation)
    {
        var batch = new StoreBatch().Record(audit).Put(RunKind, run.Record.Id, Write(run.Record));
        for (var i = 0; i < run.Steps.Length; i++) batch.Put(StepKind, KeyOf(run.Record.Id, i), Write(new KeptStep(run.Steps[i], run.Progress[i])));
        foreach (var old in replaced)
        {
            batch.Delete(RunKind, old.Record.Id);
            for (var i = 0; i < old.Steps.Length; i++) batch.Delete(StepKind, KeyOf(old.Record.Id, i));
        }

        return state.CommitAsync(batch, cancellation);
    }

    /// <exception cref="StoreUnavailableException">Nothing can be stored now.</exception>
    public ValueTask PutAsync(PowerRun run, IEnumerable<int> steps, bool withRecord, CancellationToken cancellation)
    {
        var batch = new StoreBatch();
        if (withRecord) batch.Put(RunKind, run.Record.Id, Write(run.Record));
        foreach (var i in steps) batch.Put(StepKind, KeyOf(run.Record.Id, i), Write(new KeptStep(run[i], run.ProgressOf(i))));
        return state.CommitAsync(batch, cancellation);
    }

    /// <exception cref="JsonException">A stored run is damaged: the gateway must not start as if there were none.</exception>
    public async ValueTask<IReadOnlyList<PowerPicture>> LoadAsync(CancellationToken cancellation)
    {
        var steps = (await state.LoadAllAsync(StepKind, cancellation)).ToLookup(d => d.Key[..d.Key.IndexOf('/', StringComparison.Ordinal)], StringComparer.Ordinal);
        var runs = new List<PowerPicture>();
        foreach (var document in await state.LoadAllAsync(RunKind, cancellation))
        {
            var record = Read<PowerRecord>(document.Json);
            var kept = steps[record.Id].OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => Read<KeptStep>(d.Json)).ToList();
            runs.Add(new(record, [.. kept.Select(k => k.Step)], [.. kept.Select(k => k.Progress)]));
        }

        return runs;
    }

    /// <exception cref="StoreUnavailableException">Nothing can be stored now.</exception>
    public async ValueTask PutPreviewAsync(Preview preview, CancellationToken cancellation) =>
        await state.PutAsync(PreviewKind, $"{preview.Act}/{preview.Scope}", Write(preview), cancellation);

    public async ValueTask<Preview?> FindPreviewAsync(PowerAct act, string scope, CancellationToken cancellation) =>
        (await state.LoadAllAsync(PreviewKind, cancellation)).FirstOrDefault(d => d.Key == $"{act}/{scope}") is { } found ? Read<Preview>(found.Json) : null;

    private static string KeyOf(string run, int step) => string.Create(CultureInfo.InvariantCulture, $"{run}/{step:D6}");
    private static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);
    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("a stored power run is null");
}
