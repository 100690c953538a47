using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.Shure;

/// <summary>Mutes and levels: what is read, and what is wished.</summary>
public sealed partial class ShureDriver
{
    private const string MuteWord = "AUDIO_MUTE", AutomixerMuteWord = "AUTOMXR_MUTE", GainWord = "AUDIO_GAIN_HI_RES";
    private const string On = "ON", Off = "OFF";
    private const string Fence = "GET DEVICE_ID", FenceName = "DEVICE_ID";

    // Tenths of a decibel, 1100 is 0 dB.
    private const int Unity = 1100, MostGain = 1400;
    private const double StepsOfDecibel = 10;

    private static readonly TimeSpan FollowsWithin = TimeSpan.FromSeconds(2);

    // What was set and not read since: an answer that comes twice says nothing about it.
    private readonly HashSet<string> _doubted = new(StringComparer.Ordinal);
    private readonly SortedSet<int> _missing = [];
    private readonly Dictionary<int, bool> _shown = [];
    private readonly Dictionary<string, Value> _wished = new(StringComparer.Ordinal);
    private readonly HashSet<string> _deaf = new(StringComparer.Ordinal);
    private bool _isLooking;

    public override void OnCommand(CommandRequest command)
    {
        var channel = (int)command.Args[AudioWords.ChannelArgument].Integer;
        if (!_channels.Contains(channel) || _missing.Contains(channel))
        {
            Device.Complete(command, CommandResult.Rejected($"no channel {channel}: the option \"{ChannelsOption}\" and the device have to name it"));
            return;
        }

        if (command.Verb == AudioWords.LevelVerb) SetLevel(command, channel, command.Args[AudioWords.DecibelArgument].Number);
        else SetMute(command, channel, command.Verb == AudioWords.MuteVerb);
    }

    public override void OnNotSeen(CommandRequest command, string property)
    {
        _wished.Remove(property);
        _deaf.Add(property);
        Device.Raise(AudioWords.NotFollowing.Code, property);
    }

    private void SetMute(CommandRequest command, int channel, bool isMuted)
    {
        var word = MuteOf(channel);
        Set(command, AudioWords.Muted(channel), channel, word, isMuted ? On : Off, isMuted, () => ReadMute(channel));
    }

    private void SetLevel(CommandRequest command, int channel, double db)
    {
        var gain = (int)Math.Round(db * StepsOfDecibel) + Unity;
        if (gain is < 0 or > MostGain)
        {
            Device.Complete(command, CommandResult.Rejected($"a level is {Decibels(0)} to {Decibels(MostGain)} dB here"));
            return;
        }

        Set(command, AudioWords.LevelOf(channel), channel, GainWord, gain.ToString("0000", CultureInfo.InvariantCulture), Decibels(gain), () => ReadLevel(channel));
    }

    private void Set(CommandRequest command, string property, int channel, string word, string value, Value wished, Action read)
    {
        _doubted.Add(property);
        Ask($"SET {channel} {word} {value}", reply => reply.Channel == channel && reply.Name == word, _ =>
        {
            _wished[property] = wished;
            Device.Acknowledged(command);
            Ask(Fence, answer => answer.Name == FenceName, _ => { }, andThen: () =>
            {
                _doubted.Remove(property);
                Device.Expect(command, property, wished, FollowsWithin, read);
                read();
            }, command: command);
        }, () =>
        {
            _doubted.Remove(property);
            Device.Complete(command, CommandResult.Refused("REP ERR"));
            read();
        }, command: command);
    }

    /// <summary>Everything once, one question after the other.</summary>
    private void Look()
    {
        if (_isLooking) return;
        _isLooking = true;
        Look(new Queue<int>(_channels));
    }

    private void Look(Queue<int> left)
    {
        if (left.TryDequeue(out var channel))
        {
            ReadMute(channel, () => ReadLevel(channel, () => Look(left)));
            return;
        }

        _isLooking = false;
        ShowMissing();
        _session.Fire(Told.Read);

        // With no channel to ask for, nothing would prove that the device lives.
        if (_channels.Count == 0) Ask(Fence, reply => reply.Name == FenceName, _ => { });
    }

    private void ReadMute(int channel, Action? andThen = null) => Ask($"GET {channel} {MuteOf(channel)}", reply => reply.Channel == channel && reply.Name == MuteOf(channel), reply =>
    {
        _missing.Remove(channel);
        Take(reply);
    }, () => _missing.Add(channel), andThen);

    private void ReadLevel(int channel, Action? andThen = null) =>
        Ask($"GET {channel} {GainWord}", reply => reply.Channel == channel && reply.Name == GainWord, Take, andThen: andThen);

    private void Take(ShureReply reply)
    {
        if (reply.Kind is not ShureReplyKind.Report || !_channels.Contains(reply.Channel)) return;
        if (reply.Name == MuteOf(reply.Channel) && reply.Value is On or Off) TakeMute(reply.Channel, reply.Value == On);
        else if (reply.Name == GainWord && int.TryParse(reply.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var gain)) TakeLevel(reply.Channel, gain);
    }

    private void TakeMute(int channel, bool isMuted)
    {
        if (_doubted.Contains(AudioWords.Muted(channel))) return;
        var isOurs = IsAsWished(AudioWords.Muted(channel), isMuted);
        if (_shown.TryGetValue(channel, out var shown) && shown != isMuted && !isOurs)
            Device.Happened(AudioWords.MuteUnasked, (AudioWords.ChannelArgument, channel), ("muted", isMuted));
        _shown[channel] = isMuted;
        Device.Report(AudioWords.Muted(channel), isMuted);
    }

    private void TakeLevel(int channel, int gain)
    {
        if (_doubted.Contains(AudioWords.LevelOf(channel))) return;
        IsAsWished(AudioWords.LevelOf(channel), Decibels(gain));
        Device.Report(AudioWords.LevelOf(channel), Decibels(gain));
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
        if (_missing.Count == 0)
        {
            Device.Clear(AudioWords.NoChannel.Code);
            return;
        }

        Device.Raise(AudioWords.NoChannel.Code, string.Join(',', _missing));
        foreach (var channel in _missing)
        {
            Device.Forget(AudioWords.Muted(channel));
            Device.Forget(AudioWords.LevelOf(channel));
        }
    }

    private string MuteOf(int channel) => channel == _automixer ? AutomixerMuteWord : MuteWord;

    private static double Decibels(int gain) => (gain - Unity) / StepsOfDecibel;
}
