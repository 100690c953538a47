using System.Collections.Concurrent;
using System.Text;
using AvGateway.Operations.Durable;
using AvGateway.Scenes.Running;

namespace AvGateway.Operations.Rooms;

/// <summary>Runs of scenes in the gateway's store: those that did not end, and the last of each scene of each room.</summary>
public sealed class SceneRunTable(IStateTable state) : ISceneRunStore
{
    private const string Kind = "scene-run";

    private readonly ConcurrentDictionary<(string Room, string Scene), string> _lastEnded = new();

    public async ValueTask PutAsync(SceneRun run, CancellationToken cancellation)
    {
        var batch = new StoreBatch().Put(Kind, KeyOf(run), Encoding.UTF8.GetString(KeptJson.Write(run)));
        var older = run.EndedAt is null ? null : _lastEnded.GetValueOrDefault((run.Room, run.Scene));
        if (older is not null && older != KeyOf(run)) batch.Delete(Kind, older);
        try { await state.CommitAsync(batch, cancellation); }
        catch (StoreUnavailableException unwell) { throw new IOException(unwell.Message, unwell); }

        if (run.EndedAt is not null) _lastEnded[(run.Room, run.Scene)] = KeyOf(run);
    }

    /// <exception cref="System.Text.Json.JsonException">A stored run is damaged.</exception>
    public async ValueTask<IReadOnlyList<SceneRun>> LoadAsync(string room, CancellationToken cancellation)
    {
        var runs = (await state.LoadAllAsync(Kind, cancellation))
            .Where(d => d.Key.StartsWith($"{room}/", StringComparison.Ordinal))
            .Select(d => KeptJson.ReadRun(Encoding.UTF8.GetBytes(d.Json)))
            .ToList();
        foreach (var run in runs.Where(r => r.EndedAt is not null)) _lastEnded[(room, run.Scene)] = KeyOf(run);
        return runs;
    }

    private static string KeyOf(SceneRun run) => $"{run.Room}/{run.Scene}/{run.Id}";
}
