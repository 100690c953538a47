using System.Globalization;
using AvGateway.Operations.Commands;
using AvGateway.Store;
using AvGateway.Store.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Faults.PowerLoss;

/// <summary>Opens what a power cut left with the real store and looks for everything that had been acknowledged.</summary>
public static class Survivors
{
    /// <summary>What is lost or damaged; empty when the promise was kept.</summary>
    /// <param name="told">Lines of the crash child: <c>a ID</c>, <c>s ID</c>, <c>j ID</c>, <c>p KEY VERSION</c>.</param>
    public static async Task<IReadOnlyList<string>> CheckAsync(string folder, IReadOnlyList<string> told, CancellationToken cancellation)
    {
        var lost = new List<string>();
        try
        {
            var options = new StoreOptions { DataDirectory = folder, BallastBytes = 4 << 10 };
            await using var store = await GatewayStore.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, cancellation);
            await CheckAsync(store, told, lost, cancellation);
        }
        catch (StoreCorruptException damaged)
        {
            return [$"corrupt: {damaged.Message}"];
        }

        var record = JournalVerifier.Verify(folder);
        return [.. lost, .. record.Findings.Select(f => $"corrupt: {f}")];
    }

    private static async Task CheckAsync(GatewayStore store, IReadOnlyList<string> told, List<string> lost, CancellationToken cancellation)
    {
        var unsettled = (await store.Ledger.UnsettledAsync(cancellation)).Select(e => e.Id).ToHashSet();
        var documents = (await store.State.LoadAllAsync("run", cancellation)).ToDictionary(d => d.Key, d => d.Version);
        var rows = new HashSet<(string, string)>();
        await foreach (var row in store.JournalReader.ReadAsync(new(), cancellation)) rows.Add((row.Entry.Kind, row.Entry.Subject));
        var settled = new List<(string Line, Task<Admitted> Known)>();
        foreach (var line in told)
        {
            switch (line.Split(' '))
            {
                case ["a", var id]:
                    if (!rows.Contains(("command.accepted", id))) lost.Add($"{line}: no row");
                    if (!unsettled.Contains(id)) settled.Add((line, KnownAsync(store, id, cancellation)));
                    break;
                case ["s", var id]:
                    if (unsettled.Contains(id)) lost.Add($"{line}: open again");
                    break;
                case ["j", var id]:
                    if (!rows.Contains(("test.durable", id)) || !rows.Contains(("device.online", id))) lost.Add($"{line}: no row");
                    break;
                case ["p", var key, var version]:
                    if (documents.GetValueOrDefault(key) < long.Parse(version, CultureInfo.InvariantCulture)) lost.Add($"{line}: at {documents.GetValueOrDefault(key)}");
                    break;
            }
        }

        // All at once, so that they share commits: asked again, what was acknowledged must be known as ended.
        await Task.WhenAll(settled.Select(s => s.Known));
        foreach (var (line, known) in settled)
            if ((await known).Admission is not Admission.Settled) lost.Add($"{line}: forgotten ({(await known).Admission})");
    }

    private static Task<Admitted> KnownAsync(GatewayStore store, string id, CancellationToken cancellation) => store.Ledger.AdmitAsync(
        new("panel", id, $"digest {id}", "court-1/matrix/do/route", """{"input":1}""", TimeProvider.System.GetUtcNow()), cancellation).AsTask();
}
