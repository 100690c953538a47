using System.Collections.Immutable;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Rooms;

/// <summary>One room of the site file: what it has, and the scenes that are its own.</summary>
/// <param name="Scenes">They stand before a scene of the court's standard set with the same id.</param>
public sealed record RoomPlan(RoomLayout Layout, ImmutableArray<Scene> Scenes)
{
    /// <summary>The file has no layout for this room: what it has was guessed from its devices.</summary>
    public bool IsGuessed { get; init; }

    /// <summary>The court's standard scenes with this room's own in their places.</summary>
    public IReadOnlyCollection<Scene> AllScenes =>
        [.. SceneReader.Standard.Where(s => Scenes.All(own => own.Id != s.Id)), .. Scenes];

    /// <param name="elsewhere">Devices that another room's layout speaks of: a shared recorder in the machine room is that court's to start and stop.</param>
    public RoomPlan Without(IReadOnlySet<DeviceId> elsewhere) => !IsGuessed ? this : this with
    {
        Layout = Layout with
        {
            Recorders = Layout.Recorders.RemoveAll(r => elsewhere.Contains(r.Device)),
            Codecs = Layout.Codecs.RemoveAll(elsewhere.Contains),
            Gates = Layout.Gates.RemoveAll(g => elsewhere.Contains(g.Point.Device)),
            Displays = Layout.Displays.RemoveAll(elsewhere.Contains),
        },
    };

    /// <summary>
    /// For a room whose file has no layout: its recorders, codecs and displays are known by their class, the first recorder being the main
    /// one. Sources, sinks and microphones cannot be guessed, so no picture is switched.
    /// </summary>
    public static RoomLayout Default(string room, IEnumerable<(DeviceId Id, DriverManifest Manifest)> devices)
    {
        var all = devices.ToList();
        ImmutableArray<DeviceId> Of(DeviceClass wanted) => [.. all.Where(d => d.Manifest.Class == wanted).Select(d => d.Id)];
        var codecs = Of(DeviceClass.Codec);
        return new(room)
        {
            Recorders = [.. Of(DeviceClass.Recorder).Select((id, i) => new RecorderSeat(id, i == 0 ? RecorderRole.Main : RecorderRole.Backup))],
            Codecs = codecs,
            Gates = [.. codecs.Select(c => RoomLayoutReader.RemoteGate(c.Name, c))],
            Displays = [.. all.Where(d => d.Manifest.Class == DeviceClass.Display && d.Manifest.Verbs.Any(v => v.Name == PowerWords.OnVerb)).Select(d => d.Id)],
        };
    }
}
