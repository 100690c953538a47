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

    private readonly AudioChannels<QSysReply> _book;
    private long? _autoPoll;

    // Rounds of reading, so that one which belongs to another link, design or core says nothing any more.
    private int _round;
    private bool _isLooking;

    public override void OnCommand(CommandRequest command)
    {
        var number = (int)command.Args[AudioWords.ChannelArgument].Integer;
        if (!_channels.TryGetValue(number, out var channel) || _book.IsMissing(number))
            Device.Complete(command, CommandResult.Rejected($"no channel {number}: the option \"{ChannelsOption}\" and the design have to name it"));
        else if (command.Verb == AudioWords.LevelVerb) SetLevel(command, channel, Math.Round(command.Args[AudioWords.DecibelArgument].Number, 1));
        else SetMute(command, channel, command.Verb == AudioWords.MuteVerb);
    }

    public override void OnNotSeen(CommandRequest command, string property) => _book.NotSeen(property);

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
            _book.Wished(property, wished);
            Device.Acknowledged(command);
            Device.Expect(command, property, wished, FollowsWithin, () => Read(channel));
            Read(channel);
            return true;
        }, command);

    /// <summary>Everything once, one question after the other.</summary>
    private void ReadAll()
    {
        _isLooking = true;
        Look(new Queue<QSysChannel>(_channels.Values), ++_round);
    }

    private void Look(Queue<QSysChannel> left, int round)
    {
        if (round != _round) return;
        if (left.TryDequeue(out var channel))
        {
            Read(channel, () => Look(left, round));
            return;
        }

        _isLooking = false;
        _book.Told();
        _core.Fire(Told.Read);
    }

    private void Read(QSysChannel channel, Action? andThen = null)
    {
        JsonArray names = channel.Gain is { } gain ? [channel.Mute, gain] : [channel.Mute];
        Ask("Control.Get", names, reply =>
        {
            if (reply.Error == 0)
            {
                TakeControls(reply.Body);
            }
            else
            {
                // What cannot be read is not known any more.
                Device.Forget(AudioWords.Muted(channel.Number));
                Device.Forget(AudioWords.LevelOf(channel.Number));
                if (Failed(reply, channel)) return true;
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
                _book.Missing(channel.Number);
                return false;
            default: return false;
        }
    }

    /// <summary>What is told unasked; also where the core has no change group left, everything is read at each poll.</summary>
    private void Subscribe()
    {
        JsonArray names = [.. _channels.Values.Where(c => !_book.IsMissing(c.Number)).SelectMany(c => c.Gain is { } gain ? new[] { c.Mute, gain } : [c.Mute])];
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
                if (channel.Mute == name && TryFlag(value, out var isMuted)) _book.Seen(channel.Number, isMuted);
                if (channel.Gain == name && value.ValueKind is JsonValueKind.Number) _book.Seen(channel.Number, Math.Round(value.GetDouble(), 1));
            }
        }
    }

    private static bool TryFlag(JsonElement value, out bool flag)
    {
        flag = value.ValueKind is JsonValueKind.True || (value.ValueKind is JsonValueKind.Number && value.GetDouble() != 0);
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Number;
    }
}
