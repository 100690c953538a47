using AvGateway.Devices;

namespace AvGateway.Classes;

/// <summary>Verbs and properties of a camera that can be turned. Its power is that of <see cref="PowerWords"/>.</summary>
public static class CameraWords
{
    // A codec that turns its camera speaks the same words.
    public const string RecallVerb = CodecWords.PresetRecallVerb;
    public const string StoreVerb = CodecWords.PresetStoreVerb;
    public const string MoveVerb = "move";
    public const string NumberArgument = "n";

    public const string Preset = "preset";
    public const string Pan = "pan";
    public const string Tilt = "tilt";
    public const string Zoom = "zoom";
    public const string PresetExtent = "preset";

    /// <summary>Event: a preset led to another position than it did before, so somebody has stored it anew; details <c>n</c>.</summary>
    public const string PresetChanged = "preset-changed";

    /// <summary>Event: the camera woke or fell asleep without a wish of ours; details <c>power</c>.</summary>
    public const string PowerUnasked = "power-unasked";

    private const string MotionSlot = "motion";
    private const int FullSpeed = 100;

    public static readonly VerbSpec Recall = new(RecallVerb, "Move the camera to a preset", "调用摄像机预置位", MotionSlot)
    {
        Disturbing = true,
        Arguments = [new(NumberArgument, ValueKind.Integer, "Preset", "预置位", PresetExtent)],
    };

    /// <summary>No camera shows what it has stored.</summary>
    public static readonly VerbSpec Store = new(StoreVerb, "Store the camera's position as a preset", "保存摄像机预置位")
    {
        ReadBack = false,
        Arguments = [new(NumberArgument, ValueKind.Integer, "Preset", "预置位", PresetExtent)],
    };

    /// <summary>
    /// Turns the camera at a speed for a moment; whoever holds a key asks again before the moment is over. What is left out stands still, so the verb
    /// without a number stops.
    /// </summary>
    public static readonly VerbSpec Move = new(MoveVerb, "Turn the camera while it is asked again and again", "云台与变焦连续控制", MotionSlot)
    {
        Disturbing = true,
        ReadBack = false,
        Arguments =
        [
            Speed(Pan, "Pan speed, right is positive", "水平速度，向右为正"), Speed(Tilt, "Tilt speed, up is positive", "垂直速度，向上为正"),
            Speed(Zoom, "Zoom speed, in is positive", "变焦速度，拉近为正"),
        ],
    };

    /// <summary>0: at none that the camera was seen to stand at.</summary>
    public static readonly PropertySpec PresetShown = new(Preset, ValueKind.Integer, "Preset that the camera stands at", "当前预置位")
    {
        Min = 0,
        Set = new(RecallVerb, NumberArgument),
    };

    public static readonly PropertySpec PanPosition = new(Pan, ValueKind.Integer, "Pan position, in steps of the camera", "水平位置（摄像机步数）");
    public static readonly PropertySpec TiltPosition = new(Tilt, ValueKind.Integer, "Tilt position, in steps of the camera", "垂直位置（摄像机步数）");
    public static readonly PropertySpec ZoomPosition = new(Zoom, ValueKind.Integer, "Zoom position, in steps of the camera", "变焦位置（摄像机步数）");

    /// <summary>Raised when the camera acknowledged and did not arrive; cleared when it is seen to arrive.</summary>
    public static readonly FaultSpec NotFollowing = new("camera.not-following", "The camera acknowledged and did not arrive", "摄像机已应答但未到达预置位");

    /// <summary>Raised while the camera reports a failure of its own.</summary>
    public static readonly FaultSpec DeviceFailure = new("camera.device-failure", "The camera reports a failure", "摄像机报告自身故障");

    private static ArgumentSpec Speed(string name, string en, string zh) =>
        new(name, ValueKind.Integer, en, zh) { Optional = true, Min = -FullSpeed, Max = FullSpeed, Unit = "%" };
}
