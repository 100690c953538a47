using System.Text;
using AvGateway.Operations.Durable;
using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Running;

namespace AvGateway.Operations.Rooms;

/// <summary>The hearings of all rooms in the gateway's store, one document a room.</summary>
public sealed class HearingTable(IStateTable state) : IHearingStore
{
    private const string Kind = "hearing";

    public async ValueTask PutAsync(HearingRecord record, CancellationToken cancellation)
    {
        try { await state.PutAsync(Kind, record.Room, Encoding.UTF8.GetString(KeptJson.Write(record)), cancellation); }
        catch (StoreUnavailableException unwell) { throw new IOException(unwell.Message, unwell); }
    }

    /// <exception cref="System.Text.Json.JsonException">A stored hearing is damaged: the gateway must not start as if there were none.</exception>
    public async ValueTask<IReadOnlyList<HearingRecord>> LoadAsync(CancellationToken cancellation) =>
        [.. (await state.LoadAllAsync(Kind, cancellation)).Select(d => KeptJson.ReadHearing(Encoding.UTF8.GetBytes(d.Json)))];
}
