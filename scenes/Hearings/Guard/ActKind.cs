using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Scenes.Model;

namespace AvGateway.Scenes.Hearings.Guard;

/// <summary>What a disturbing act is to a hearing.</summary>
public enum ActKind { Route, Mute, Call, RecorderStart, RecorderHalt, PowerOn, PowerOff, Other }

internal static class ActKinds
{
    public static ActKind Of(RoomLayout layout, DeviceId device, string verb) => verb switch
    {
        MatrixWords.RouteVerb or DisplayWords.InputVerb or DisplayWords.BlankVerb or CodecWords.PresetRecallVerb or CameraWords.MoveVerb => ActKind.Route,
        CodecWords.MuteVerb or CodecWords.UnmuteVerb or DisplayWords.MuteSoundVerb or AudioWords.LevelVerb => ActKind.Mute,
        CodecWords.DialVerb or CodecWords.HangUpVerb or CodecWords.AnswerVerb or CodecWords.StopPresentingVerb => ActKind.Call,
        PowerWords.OnVerb or OutletWords.OnVerb => ActKind.PowerOn,
        PowerWords.OffVerb or PowerWords.RestartVerb or OutletWords.OffVerb => ActKind.PowerOff,
        RecorderWords.RecordVerb or RecorderWords.ResumeVerb => ActKind.RecorderStart,
        // A stream encoder speaks the recorder's words; ending a stream is no interruption of the record.
        RecorderWords.StopVerb or RecorderWords.PauseVerb =>
            layout.IsRecorder(device) || !IsGate(layout, device) ? ActKind.RecorderHalt : ActKind.Route,
        _ => IsGate(layout, device) || layout.Veils.Any(v => v.Point.Device == device) ? ActKind.Route : ActKind.Other,
    };

    /// <summary>Acts that reach everything which the device feeds.</summary>
    public static bool IsPower(string verb) => verb is PowerWords.OnVerb or PowerWords.OffVerb or PowerWords.RestartVerb or OutletWords.OnVerb or OutletWords.OffVerb;

    private static bool IsGate(RoomLayout layout, DeviceId device)
    {
        foreach (var gate in layout.Gates)
            if (gate.Point.Device == device) return true;
        return false;
    }
}
