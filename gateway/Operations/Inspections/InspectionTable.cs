using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Journal;

namespace AvGateway.Operations.Inspections;

/// <summary>
/// Inspections in the gateway's store. While one runs, each row stands by itself, so that a kill loses no more than what was not found yet; at
/// the end the whole is one document.
/// </summary>
public sealed class InspectionTable(IStateTable state)
{
    private const string Kind = "inspection";
    private const string RowKind = "inspection-row";
    private const string NumbersKind = "inspection-numbers";
    private const string WorkKind = "inspection-work";

    private static readonly JsonSerializerOptions Kept = new()
    {
        Converters = { new JsonStringEnumConverter() },
        IgnoreReadOnlyProperties = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Work that was signed: the device's hours at that time.</summary>
    public sealed record SignedWork(double Hours, string By, DateTimeOffset At);

    /// <exception cref="JsonException">What is stored is damaged: the gateway must not start as if it were not there.</exception>
    public async Task<(List<Inspection> All, Dictionary<int, int> Numbers, Dictionary<string, SignedWork> Work)> LoadAsync(CancellationToken cancellation)
    {
        var rows = (await state.LoadAllAsync(RowKind, cancellation)).ToLookup(d => d.Key[..d.Key.IndexOf('/', StringComparison.Ordinal)], d => Read<DeviceRow>(d.Json), StringComparer.Ordinal);
        var all = (await state.LoadAllAsync(Kind, cancellation)).Select(d => Read<Inspection>(d.Json)).Select(i => i.State is InspectionState.Running ? i with { Rows = [.. rows[i.Id]] } : i).ToList();
        var numbers = (await state.LoadAllAsync(NumbersKind, cancellation)).Select(d => Read<Dictionary<int, int>>(d.Json)).FirstOrDefault([]);
        var work = (await state.LoadAllAsync(WorkKind, cancellation)).ToDictionary(d => d.Key, d => Read<SignedWork>(d.Json), StringComparer.Ordinal);
        return (all, numbers, work);
    }

    /// <exception cref="StoreUnavailableException">Nothing can be stored now.</exception>
    public ValueTask BeginAsync(Inspection begun, IReadOnlyDictionary<int, int> numbers, JournalEntry record, CancellationToken cancellation) =>
        state.CommitAsync(new StoreBatch().Record(record).Put(Kind, begun.Id, Write(begun)).Put(NumbersKind, "all", Write(numbers)), cancellation);

    /// <exception cref="StoreUnavailableException">Nothing can be stored now.</exception>
    public ValueTask PutRowsAsync(string inspection, IEnumerable<DeviceRow> rows, CancellationToken cancellation)
    {
        var batch = new StoreBatch();
        foreach (var row in rows) batch.Put(RowKind, KeyOf(inspection, row), Write(row));
        return state.CommitAsync(batch, cancellation);
    }

    /// <summary>The whole as one document, what it was made of gone, and what is too old with it.</summary>
    /// <exception cref="StoreUnavailableException">Nothing can be stored now.</exception>
    public ValueTask EndAsync(Inspection ended, IEnumerable<string> dropped, JournalEntry record, CancellationToken cancellation)
    {
        var batch = new StoreBatch().Record(record).Put(Kind, ended.Id, Write(ended));
        foreach (var row in ended.Rows) batch.Delete(RowKind, KeyOf(ended.Id, row));
        foreach (var old in dropped) batch.Delete(Kind, old);
        return state.CommitAsync(batch, cancellation);
    }

    /// <exception cref="StoreUnavailableException">Nothing can be stored now.</exception>
    public ValueTask SignAsync(Inspection signed, (string Id, SignedWork Work)? work, JournalEntry record, CancellationToken cancellation)
    {
        var batch = new StoreBatch().Record(record).Put(Kind, signed.Id, Write(signed));
        if (work is { } done) batch.Put(WorkKind, done.Id, Write(done.Work));
        return state.CommitAsync(batch, cancellation);
    }

    private static string KeyOf(string inspection, DeviceRow row) => string.Create(CultureInfo.InvariantCulture, $"{inspection}/{row.Device}");
    private static string Write<T>(T value) => JsonSerializer.Serialize(value, Kept);
    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Kept) ?? throw new JsonException("a stored inspection is null");
}
