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

    // Set, and not fenced off yet: what comes about these may be the same answer for the second time. How often each.
    private readonly Dictionary<string, int> _doubted = new(StringComparer.Ordinal);
    private readonly AudioChannels<ShureReply> _book;
    private bool _isLooking;

    public override void OnCommand(CommandRequest command)
    {
        var channel = (int)command.Args[AudioWords.ChannelArgument].Integer;
        if (!_channels.Contains(channel) || _book.IsMissing(channel))
        {
            Device.Complete(command, CommandResult.Rejected($"no channel {channel}: the option \"{ChannelsOption}\" and the device have to name it"));
            return;
        }

        if (command.Verb == AudioWords.LevelVerb) SetLevel(command, channel, command.Args[AudioWords.DecibelArgument].Number);
        else SetMute(command, channel, command.Verb == AudioWords.MuteVerb);
    }

    public override void OnNotSeen(CommandRequest command, string property) => _book.NotSeen(property);

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

    private void Set(CommandRequest command, string property, int channel, string word, string value, Value wished, Action read) =>
        Ask($"SET {channel} {word} {value}", reply => reply.Channel == channel && reply.Name == word, _ =>
        {
            _doubted[property] = _doubted.GetValueOrDefault(property) + 1;
            _book.Wished(property, wished);
            Device.Acknowledged(command);

            // On nobody's behalf: it has to go also where the command ends before its turn, or the property would be doubted for ever.
            Ask(Fence, answer => answer.Name == FenceName, _ => { }, andThen: () =>
            {
                if (--_doubted[property] == 0) _doubted.Remove(property);
                Device.Expect(command, property, wished, FollowsWithin, read);
                read();
            });
        }, () =>
        {
            Device.Complete(command, CommandResult.Refused("REP ERR"));
            read();
        }, command: command);

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
        _book.Told();
        _session.Fire(Told.Read);
    }

    private void ReadMute(int channel, Action? andThen = null) =>
        Ask($"GET {channel} {MuteOf(channel)}", reply => reply.Channel == channel && reply.Name == MuteOf(channel), Take, () => _book.Missing(channel), andThen);

    // There are channels with a mute and no gain.
    private void ReadLevel(int channel, Action? andThen = null) => Ask(
        $"GET {channel} {GainWord}", reply => reply.Channel == channel && reply.Name == GainWord, Take, () => Device.Forget(AudioWords.LevelOf(channel)), andThen);

    private void Take(ShureReply reply)
    {
        if (reply.Kind is not ShureReplyKind.Report || !_channels.Contains(reply.Channel)) return;
        if (reply.Name == MuteOf(reply.Channel) && reply.Value is On or Off) TakeMute(reply.Channel, reply.Value == On);
        else if (reply.Name == GainWord && int.TryParse(reply.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var gain)) TakeLevel(reply.Channel, gain);
    }

    private void TakeMute(int channel, bool isMuted)
    {
        if (!_doubted.ContainsKey(AudioWords.Muted(channel))) _book.Seen(channel, isMuted);
    }

    private void TakeLevel(int channel, int gain)
    {
        if (!_doubted.ContainsKey(AudioWords.LevelOf(channel))) _book.Seen(channel, Decibels(gain));
    }

    private string MuteOf(int channel) => channel == _automixer ? AutomixerMuteWord : MuteWord;

    private static double Decibels(int gain) => (gain - Unity) / StepsOfDecibel;
}
