using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Inspections.Checks;

/// <summary>
/// One function check of one device. It is prepared first: what it would leave behind is known, and stored, before the first frame goes out.
/// </summary>
internal abstract class FunctionCheck(string name)
{
    protected static readonly TimeSpan AskWithin = TimeSpan.FromSeconds(20);

    public string Name => name;

    /// <summary>What remains to be seen to when the gateway dies in the middle of it.</summary>
    public Wording Left { get; protected set; } = new("", "");

    /// <summary>Null when it can be run; else why not.</summary>
    public abstract CheckRow? Prepare(CheckSession session);

    public abstract Task<CheckRow> RunAsync(CheckSession session);

    /// <summary>The check of this kind for this device; null where there is nothing to check.</summary>
    public static FunctionCheck? Of(string check, IDevice device, RoomLayout[] layouts, InspectionSettings settings)
    {
        bool Has(string verb) => device.Manifest.Verbs.Any(v => v.Name == verb);
        return check switch
        {
            CheckWords.Route when Has(MatrixWords.RouteVerb) => new RouteCheck(layouts),
            CheckWords.Recording when device.Manifest.Class is DeviceClass.Recorder && Has(RecorderWords.RecordVerb) && Has(RecorderWords.StopVerb) => new RecordingCheck(),
            CheckWords.Call when settings.Calls.FirstOrDefault(c => c.Device == device.Id) is { } call && Has(CodecWords.DialVerb) => new CallCheck(call.Uri),
            CheckWords.Preset when settings.Presets.FirstOrDefault(p => p.Device == device.Id) is { } preset && Has(CodecWords.PresetRecallVerb) => new PresetCheck(preset),
            _ => null,
        };
    }
}
