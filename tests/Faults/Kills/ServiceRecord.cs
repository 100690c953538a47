using System.Text.Json;
using AvGateway.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Faults.Kills;

/// <summary>Compares the service record of a stopped gateway with what its callers were promised (I1, I16).</summary>
public static class ServiceRecord
{
    /// <summary>What the record lacks of the accepted commands, or has twice; empty when all is as it should be.</summary>
    public static async Task<IReadOnlyList<string>> CompareAsync(string data, IReadOnlySet<string> accepted, CancellationToken cancellation)
    {
        var (begun, ended) = (new Dictionary<string, int>(), new Dictionary<string, int>());
        await using (var store = await GatewayStore.OpenAsync(new() { DataDirectory = data }, TimeProvider.System, NullLoggerFactory.Instance, cancellation))
        {
            await foreach (var row in store.JournalReader.ReadAsync(new("command."), cancellation))
            {
                using var details = JsonDocument.Parse(row.Entry.Details);
                if (!details.RootElement.TryGetProperty("id", out var id)) continue;
                if (row.Entry.Kind is "command.accepted") Count(begun, id.GetString()!);
                if (row.Entry.Kind is "command.ended" or "command.unknown") Count(ended, id.GetString()!);
            }
        }

        return
        [
            .. accepted.Where(id => !begun.ContainsKey(id)).Select(id => $"{id} was accepted (202) and the record has no command.accepted"),
            .. accepted.Where(id => !ended.ContainsKey(id)).Select(id => $"{id} was accepted (202) and the record has no end of it"),
            .. begun.Where(b => b.Value > 1).Select(b => $"{b.Key} has {b.Value} rows command.accepted"),
            .. ended.Where(e => e.Value > 1).Select(e => $"{e.Key} has {e.Value} ends in the record"),
        ];
    }

    private static void Count(Dictionary<string, int> counts, string id) => counts[id] = counts.GetValueOrDefault(id) + 1;
}
