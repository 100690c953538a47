using System.Text.Json;
using System.Text.Json.Nodes;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.QSys;

/// <summary>Mutes and levels: what is read, and what is wished.</summary>
public sealed partial class QSysDriver
{
    private const string GroupId = "avgateway";
    private const double ToldEvery = 0.3, Lowest = -100, Highest = 20;

    private static readonly TimeSpan FollowsWithin = TimeSpan.FromSeconds(2);

    private readonly SortedSet<int> _missing = [];
    private readonly Dictionary<int, bool> _shown = [];
    private readonly Dictionary<string, Value> _wished = new(StringComparer.Ordinal);
    private readonly HashSet<string> _deaf = new(StringComparer.Ordinal);
    private long? _autoPoll;
    private bool _isLooking;

    public override void OnCommand(CommandRequest command)
    {
        var number = (int)command.Args[AudioWords.ChannelArgument].Integer;
        if (!_channels.TryGetValue(number, out var channel) || _missing.Contains(number))
            Device.Complete(command, CommandResult.Rejected($"no channel {number}: the option \"{ChannelsOption}\" and the design have to name it"));
        else if (command.Verb == AudioWords.LevelVerb) SetLevel(command, channel, Math.Round(command.Args[AudioWords.DecibelArgument].Number, 1));
        else SetMute(command, channel, command.Verb == AudioWords.MuteVerb);
    }

    public override void OnNotSeen(CommandRequest command, string property)
    {
        _wished.Remove(property);
        _deaf.Add(property);
        Device.Raise(AudioWords.NotFollowing.Code, property);
    }

    private void SetMute(CommandRequest command, QSysChannel channel, bool isMuted) =>
        Set(command, channel, channel.Mute, isMuted ? 1 : 0, AudioWords.Muted(channel.Number), isMuted);

    private void SetLevel(CommandRequest command, QSysChannel channel, double db)
    {
        if (channel.Gain is not { } gain) Device.Complete(command, CommandResult.Rejected($"channel {channel.Number} has no gain in the option \"{ChannelsOption}\""));
        else if (db is < Lowest or > Highest) Device.Complete(command, CommandResult.Rejected($"a level is {Lowest} to {Highest} dB here"));
        else Set(command, channel, gain, db, AudioWords.LevelOf(channel.Number), db);
    }

    private void Set(CommandRequest command, QSysChannel channel, string control, JsonNode value, string property, Value wished) =>
        Ask("Control.Set", new JsonObject { ["Name"] = control, ["Value"] = value }, reply =>
        {
            if (reply.Error != 0)
            {
                Device.Complete(command, CommandResult.Refused(reply.Words, retryable: reply.Error == StandbyError));
                Failed(reply, channel);
                return true;
            }

            // Some firmware answers with the control, which says nothing that a reading would not say better.
            _wished[property] = wished;
            Device.Acknowledged(command);
            Device.Expect(command, property, wished, FollowsWithin, () => Read(channel));
            Read(channel);
            return true;
        }, command);

    private void ReadAll()
    {
        _isLooking = false;
        Look();
    }

    /// <summary>Everything once, one question after the other.</summary>
    private void Look()
    {
        if (_isLooking) return;
        _isLooking = true;
        Look(new Queue<QSysChannel>(_channels.Values));
    }

    private void Look(Queue<QSysChannel> left)
    {
        if (left.TryDequeue(out var channel))
        {
            Read(channel, () => Look(left));
            return;
        }

        _isLooking = false;
        ShowMissing();
        _core.Fire(Told.Read);
    }

    private void Read(QSysChannel channel, Action? andThen = null)
    {
        JsonArray names = channel.Gain is { } gain ? [channel.Mute, gain] : [channel.Mute];
        Ask("Control.Get", names, reply =>
        {
            if (reply.Error == 0)
            {
                _missing.Remove(channel.Number);
                TakeControls(reply.Body);
            }
            else if (Failed(reply, channel))
            {
                return true;
            }

            andThen?.Invoke();
            return true;
        });
    }

    /// <summary>True when nothing more can be asked.</summary>
    private bool Failed(QSysReply reply, QSysChannel channel)
    {
        switch (reply.Error)
        {
            case StandbyError:
                _isLooking = false;
                _core.Fire(Told.Inactive);
                return true;
            case LogOnRequired:
                Deny("the core asks for a log-on, and none is configured");
                return true;
            case UnknownControl:
                _missing.Add(channel.Number);
                return false;
            default: return false;
        }
    }

    /// <summary>What is told unasked; also where the core has no change group left, everything is read at each poll.</summary>
    private void Subscribe()
    {
        JsonArray names = [.. _channels.Values.Where(c => !_missing.Contains(c.Number)).SelectMany(c => c.Gain is { } gain ? new[] { c.Mute, gain } : [c.Mute])];
        Ask("ChangeGroup.AddControl", new JsonObject { ["Id"] = GroupId, ["Controls"] = names }, reply =>
        {
            if (reply.Error == 0)
            {
                _autoPoll = Ask("ChangeGroup.AutoPoll", new JsonObject { ["Id"] = GroupId, ["Rate"] = ToldEvery }, first =>
                {
                    if (first.Error == 0) TakeChanges(first.Body);
                    return true;
                });
            }

            return true;
        });
    }

    private void TakeChanges(JsonElement body)
    {
        if (_core.State is Mode.Ready && body.ValueKind is JsonValueKind.Object && body.TryGetProperty("Changes", out var changes)) TakeControls(changes);
    }

    private void TakeControls(JsonElement controls)
    {
        if (controls.ValueKind is not JsonValueKind.Array) return;
        foreach (var control in controls.EnumerateArray())
        {
            if (control.ValueKind is not JsonValueKind.Object || Text(control, "Name") is not { } name || !control.TryGetProperty("Value", out var value)) continue;
            foreach (var channel in _channels.Values)
            {
                if (channel.Mute == name && TryFlag(value, out var isMuted)) TakeMute(channel.Number, isMuted);
                if (channel.Gain == name && value.ValueKind is JsonValueKind.Number) TakeLevel(channel.Number, Math.Round(value.GetDouble(), 1));
            }
        }
    }

    private void TakeMute(int channel, bool isMuted)
    {
        var isOurs = IsAsWished(AudioWords.Muted(channel), isMuted);
        if (_shown.TryGetValue(channel, out var shown) && shown != isMuted && !isOurs)
            Device.Happened(AudioWords.MuteUnasked, (AudioWords.ChannelArgument, channel), ("muted", isMuted));
        _shown[channel] = isMuted;
        Device.Report(AudioWords.Muted(channel), isMuted);
    }

    private void TakeLevel(int channel, double db)
    {
        IsAsWished(AudioWords.LevelOf(channel), db);
        Device.Report(AudioWords.LevelOf(channel), db);
    }

    /// <summary>True once for each wish: what comes to the same value later was done by somebody else.</summary>
    private bool IsAsWished(string property, Value value)
    {
        if (!_wished.TryGetValue(property, out var wished) || wished != value) return false;
        _wished.Remove(property);
        if (_deaf.Remove(property) && _deaf.Count == 0) Device.Clear(AudioWords.NotFollowing.Code);
        return true;
    }

    private void ShowMissing()
    {
        if (_missing.Count == 0) Device.Clear(AudioWords.NoChannel.Code);
        else Device.Raise(AudioWords.NoChannel.Code, string.Join(',', _missing));
        foreach (var channel in _missing)
        {
            Device.Forget(AudioWords.Muted(channel));
            Device.Forget(AudioWords.LevelOf(channel));
        }
    }

    private static bool TryFlag(JsonElement value, out bool flag)
    {
        flag = value.ValueKind is JsonValueKind.True || (value.ValueKind is JsonValueKind.Number && value.GetDouble() != 0);
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Number;
    }
}
