using System.Globalization;
using System.Text.Json;
using AvGateway.Classes;

namespace AvGateway.Drivers.Protocols.CiscoXapi;

/// <summary>A call as the codec tells it.</summary>
internal sealed record XapiCall(string Status, string Direction, string? Remote)
{
    public bool IsRinging => Status == "Ringing" && Direction == "Incoming";

    /// <summary>The word of the class for a call's status.</summary>
    public string State => Status switch
    {
        "Connected" or "Preserved" or "RemotePreserved" => CallStates.Connected,
        "OnHold" => CallStates.Held,
        "Ringing" => CallStates.Ringing,
        "Disconnecting" => CallStates.Ending,
        "Idle" => CallStates.Idle,
        _ => CallStates.Dialling,
    };
}

/// <summary>What is known of a codec, put together from whole readings and from what it tells of changes.</summary>
internal sealed class XapiModel
{
    // The call that matters most is the one that is shown.
    private static readonly string[] ByWeight =
        [CallStates.Connected, CallStates.Held, CallStates.Ringing, CallStates.Dialling, CallStates.Ending, CallStates.Idle];

    private readonly SortedDictionary<int, XapiCall> _calls = [];

    public IReadOnlyDictionary<int, XapiCall> Calls => _calls;
    public string? Standby { get; private set; }
    public long? Volume { get; private set; }
    public bool? IsMuted { get; private set; }
    public bool? IsPresenting { get; private set; }

    public XapiCall? MainCall => _calls.Values.MinBy(call => Array.IndexOf(ByWeight, call.State));

    public string Power => Standby switch
    {
        "Off" => PowerStates.On,
        "EnteringStandby" => PowerStates.Cooling,
        "Standby" or "Halfwake" => PowerStates.Off,
        _ => PowerStates.Unknown,
    };

    public void Clear()
    {
        _calls.Clear();
        Standby = null;
        Volume = null;
        IsMuted = null;
        IsPresenting = null;
    }

    /// <summary>Takes a reading or a change; a leaf that is not in it stays as it was.</summary>
    public void Take(JsonElement status)
    {
        Standby = XapiTree.Leaf(status, "Standby", "State") ?? OldStandby(status) ?? Standby;
        if (long.TryParse(XapiTree.Leaf(status, "Audio", "Volume"), NumberStyles.None, CultureInfo.InvariantCulture, out var volume)) Volume = volume;
        IsMuted = XapiTree.Leaf(status, "Audio", "Microphones", "Mute") is { } mute ? mute == "On" : IsMuted;
        IsPresenting = XapiTree.Leaf(status, "Conference", "Presentation", "Mode") is { } mode ? mode == "Sending" : IsPresenting;
    }

    /// <summary>Takes every call there is; one that is not told is over. Returns the ids of those.</summary>
    public IReadOnlyList<int> TakeAllCalls(JsonElement status)
    {
        var told = XapiTree.Branch(status, "Call") is { } list ? XapiTree.Members(list).Where(m => !m.IsGhost).ToArray() : [];
        int[] gone = [.. _calls.Keys.Except(told.Select(m => m.Id))];
        foreach (var id in gone) _calls.Remove(id);
        foreach (var (id, _, branch) in told) Merge(id, branch);
        return gone;
    }

    /// <summary>Takes what changed of the calls. Returns the ids of those that are over.</summary>
    public IReadOnlyList<int> TakeCallChanges(JsonElement status)
    {
        if (XapiTree.Branch(status, "Call") is not { } list) return [];
        var gone = new List<int>();
        foreach (var (id, isGhost, branch) in XapiTree.Members(list))
        {
            if (!isGhost) Merge(id, branch);
            else if (_calls.Remove(id)) gone.Add(id);
        }

        return gone;
    }

    private void Merge(int id, JsonElement branch)
    {
        var call = _calls.GetValueOrDefault(id) ?? new XapiCall("Dialling", "", null);
        var name = XapiTree.Leaf(branch, "DisplayName");
        _calls[id] = new(
            XapiTree.Leaf(branch, "Status") ?? call.Status,
            XapiTree.Leaf(branch, "Direction") ?? call.Direction,
            (string.IsNullOrEmpty(name) ? XapiTree.Leaf(branch, "RemoteNumber") : name) ?? call.Remote);
    }

    // TC software: Standby Active On/Off.
    private static string? OldStandby(JsonElement status) => XapiTree.Leaf(status, "Standby", "Active") switch
    {
        "On" => "Standby",
        "Off" => "Off",
        _ => null,
    };
}
