using AvGateway.Classes;
using AvGateway.Devices;
using static AvGateway.Drivers.Conformance.Checks;

namespace AvGateway.Drivers.Conformance.Classes;

/// <summary>A camera: a preset counts when the camera stands there, and one that was pushed aside stands at none.</summary>
internal static class CameraRules
{
    private static readonly string[] Axes = [CameraWords.Pan, CameraWords.Tilt, CameraWords.Zoom];

    public static IReadOnlyList<Check> All { get; } =
    [
        new("stands", Grade.Room, Needs.Acts | Needs.Act, new("A preset counts when the camera stands there and not before", "摄像机到位后预置位才算完成"), StandsAsync),
        new("pushed", Grade.Room, Needs.Acts | Needs.Act | Needs.Hand, new("A camera that was pushed aside stands at no preset, and comes back to it", "被推偏的摄像机不显示预置位，可再次调用"), PushedAsync),
        new("not-followed", Grade.Room, Needs.Acts | Needs.Act | Needs.Unkindness, new("A camera that does not arrive is a fault, and not shown as arrived", "未到位的摄像机报告故障且不显示到位"),
            s => ClassRules.NotFollowedAsync(s, CameraWords.NotFollowing)),
    ];

    private static async Task StandsAsync(Subject s)
    {
        await s.VerifyAsync(s.Act!);
        var sight = s.Look();
        await s.PassAsync(s.TwoPolls);
        var moved = sight.Changed.Where(Axes.Contains).ToArray();
        await s.VerifyBackAsync(s.Act!);
        Keep(moved.Length == 0, $"the preset was done while {string.Join(", ", moved)} still changed");
    }

    private static async Task PushedAsync(Subject s)
    {
        var act = s.Act!;
        await s.VerifyAsync(act);
        await ClassRules.ByHandAsync(s, new(CameraWords.MoveVerb, Arguments.None, CameraWords.Preset, 0));
        await s.VerifyAsync(act);
        await s.VerifyBackAsync(act);
    }
}
