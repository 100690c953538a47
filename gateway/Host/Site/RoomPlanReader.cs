using AvGateway.Drivers;
using AvGateway.Operations.Rooms;
using AvGateway.Scenes.Model;

namespace AvGateway.Host.Site;

/// <summary>Reads what a room has and its own scenes. Their readers belong to the scenes; here their findings get their place in the file.</summary>
internal sealed class RoomPlanReader(List<Finding> findings)
{
    public RoomPlan Read(string room, JsonNodeAt? layout, JsonNodeAt? scenes, IReadOnlyList<DeviceModel> devices)
    {
        var (own, ownFindings) = scenes is null ? ([], []) : SceneReader.Read(scenes.ToJson());
        Add(ownFindings, scenes);
        if (layout is null) return new(RoomPlan.Default(room, devices.Select(d => (d.Plan.Id, (DriverManifest)d.Plan.Manifest))), own) { IsGuessed = true };

        var (read, layoutFindings) = RoomLayoutReader.Read(room, layout.ToJson());
        Add(layoutFindings, layout);
        return new(read, own);
    }

    private void Add(IEnumerable<Scenes.Model.Finding> found, JsonNodeAt? node)
    {
        if (node is null) return;
        foreach (var finding in found)
        {
            var place = node.At(finding.Place) ?? node;
            findings.Add(place.Error($"{finding.Says.En} ({finding.Code})", Texts.Say(finding.Says.Zh, "mend it; hearings.md tells what may stand here")));
        }
    }
}
