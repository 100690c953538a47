using AvGateway.Devices;

namespace AvGateway.Classes;

/// <summary>Verbs and properties of a video conference codec.</summary>
public static class CodecWords
{
    public const string DialVerb = "dial";
    public const string HangUpVerb = "hang-up";
    public const string AnswerVerb = "answer";
    public const string MuteVerb = "mute";
    public const string UnmuteVerb = "unmute";
    public const string SetVolumeVerb = "set/volume";

    public const string PresentVerb = "present";
    public const string StopPresentingVerb = "stop-presenting";
    public const string PresetRecallVerb = "preset-recall";
    public const string PresetStoreVerb = "preset-store";

    public const string CallState = "call";
    public const string VolumeLevel = "volume";
    public const string MutedFlag = "muted";
    public const string PresentingFlag = "presenting";
    public const string RemoteParty = "remote-party";
    public const string CallCount = "calls";

    /// <summary>Event: somebody calls; details <c>from</c>.</summary>
    public const string IncomingCall = "incoming-call";

    /// <summary>Event: a call ended; details <c>cause</c>.</summary>
    public const string CallEnded = "call-ended";

    private const string CallSlot = "call";
    private const string MuteSlot = "mute";
    private const string PresentSlot = "present";
    private const string PresetSlot = "preset";
    private const int MostPresets = 99;

    public static readonly VerbSpec Dial = new(DialVerb, "Call a remote party", "呼叫", CallSlot)
    {
        Disturbing = true,
        Idempotent = false,
        Arguments = [new("uri", ValueKind.Text, "Address to call", "呼叫地址") { MaxLength = 255 }],
    };

    public static readonly VerbSpec HangUp = new(HangUpVerb, "End every call", "挂断", CallSlot) { Disturbing = true };
    public static readonly VerbSpec Answer = new(AnswerVerb, "Take the incoming call", "接听", CallSlot) { Disturbing = true };
    public static readonly VerbSpec Mute = new(MuteVerb, "Mute the microphones", "麦克风静音", MuteSlot) { Disturbing = true };
    public static readonly VerbSpec Unmute = new(UnmuteVerb, "Open the microphones", "取消静音", MuteSlot) { Disturbing = true };

    public static readonly VerbSpec SetVolume = new(SetVolumeVerb, "Set the loudspeaker volume", "设置音量", SetVolumeVerb)
    {
        Arguments = [new("v", ValueKind.Integer, "Volume", "音量") { Min = 0, Max = 100, Unit = "%" }],
    };

    public static readonly VerbSpec Present = new(PresentVerb, "Share a source with the far end", "共享画面", PresentSlot)
    {
        Disturbing = true,
        Arguments = [new("source", ValueKind.Integer, "Source", "信号源") { Min = 1, Max = 16 }],
    };

    public static readonly VerbSpec StopPresenting = new(StopPresentingVerb, "Stop sharing", "停止共享", PresentSlot) { Disturbing = true };

    /// <summary>Where the camera then stands is told by no codec: acknowledged only.</summary>
    public static readonly VerbSpec PresetRecall = new(PresetRecallVerb, "Move the camera to a preset", "调用摄像机预置位", PresetSlot)
    {
        Disturbing = true,
        ReadBack = false,
        Arguments = [new("n", ValueKind.Integer, "Preset", "预置位") { Min = 1, Max = MostPresets }],
    };

    public static readonly VerbSpec PresetStore = new(PresetStoreVerb, "Store the camera's position as a preset", "保存摄像机预置位")
    {
        ReadBack = false,
        Arguments =
        [
            new("n", ValueKind.Integer, "Preset", "预置位") { Min = 1, Max = MostPresets },
            new("camera", ValueKind.Integer, "Camera", "摄像机") { Min = 1, Max = 7, Optional = true },
        ],
    };

    public static readonly PropertySpec Call = new(CallState, ValueKind.Text, "Call", "通话状态")
    {
        OneOf = [CallStates.Idle, CallStates.Dialling, CallStates.Ringing, CallStates.Connected, CallStates.Held, CallStates.Ending],
        Words =
        [
            new(CallStates.Idle, "not connected", "未连接"), new(CallStates.Dialling, "dialling", "呼叫中"), new(CallStates.Ringing, "incoming call", "来电"),
            new(CallStates.Connected, "connected", "已连接"), new(CallStates.Held, "on hold", "已保持"), new(CallStates.Ending, "ending", "挂断中"),
        ],
    };

    public static readonly PropertySpec Volume = new(VolumeLevel, ValueKind.Integer, "Volume", "音量")
    {
        Min = 0,
        Max = 100,
        Unit = "%",
        Set = new(SetVolumeVerb, "v"),
    };

    public static readonly PropertySpec Muted = new(MutedFlag, ValueKind.Flag, "Microphones muted", "麦克风已静音");
    public static readonly PropertySpec Presenting = new(PresentingFlag, ValueKind.Flag, "Presentation shared", "正在共享");
    public static readonly PropertySpec Calls = new(CallCount, ValueKind.Integer, "Calls", "通话数");
}

/// <summary>The words of <see cref="CodecWords.CallState"/>.</summary>
public static class CallStates
{
    public const string Idle = "idle";
    public const string Dialling = "dialling";
    public const string Ringing = "ringing";
    public const string Connected = "connected";
    public const string Held = "held";
    public const string Ending = "ending";
}
