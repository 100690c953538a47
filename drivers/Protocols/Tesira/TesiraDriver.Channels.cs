using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.Tesira;

/// <summary>Mutes and levels: what is read, and what is wished.</summary>
public sealed partial class TesiraDriver
{
    private const string MuteAttribute = "mute", LevelAttribute = "level";
    private const char MuteToken = 'm', LevelToken = 'l';
    private const int ToldEvery = 300;
    private const double Lowest = -100, Highest = 12;

    private static readonly TimeSpan FollowsWithin = TimeSpan.FromSeconds(2);

    private readonly AudioChannels<TesiraReply> _book;

    // Blocks that have mutes and no levels.
    private readonly HashSet<int> _levelless = [];
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

    private void SetMute(CommandRequest command, TesiraChannel channel, bool isMuted) =>
        Set(command, channel, MuteAttribute, isMuted ? "true" : "false", AudioWords.Muted(channel.Number), isMuted, () => ReadMute(channel));

    private void SetLevel(CommandRequest command, TesiraChannel channel, double db)
    {
        if (_levelless.Contains(channel.Number))
            Device.Complete(command, CommandResult.Rejected($"the block of channel {channel.Number} has no level"));
        else if (db is < Lowest or > Highest) Device.Complete(command, CommandResult.Rejected($"a level is {Lowest} to {Highest} dB here"));
        else Set(command, channel, LevelAttribute, db.ToString("0.0", CultureInfo.InvariantCulture), AudioWords.LevelOf(channel.Number), db, () => ReadLevel(channel));
    }

    private void Set(CommandRequest command, TesiraChannel channel, string attribute, string value, string property, Value wished, Action read)
    {
        // What is published may come before the yes, and is ours all the same.
        _book.Wished(property, wished);
        Ask(string.Create(CultureInfo.InvariantCulture, $"{channel.Block} set {attribute} {channel.Index} {value}"), text => text.Length == 0, _ =>
        {
            Device.Acknowledged(command);
            Device.Expect(command, property, wished, FollowsWithin, read);
            read();
        }, words =>
        {
            _book.Refused(property);
            Device.Complete(command, CommandResult.Refused(words));
            read();
        }, command);
    }

    private void Subscribe() => Subscribe(new Queue<(TesiraChannel, string, char)>(
        _channels.Values.SelectMany(c => new[] { (c, MuteAttribute, MuteToken), (c, LevelAttribute, LevelToken) })));

    /// <summary>What cannot be subscribed, or is already, is read at each poll all the same.</summary>
    private void Subscribe(Queue<(TesiraChannel Channel, string Attribute, char Token)> left)
    {
        if (!left.TryDequeue(out var next))
        {
            _session.Fire(Told.Subscribed);
            return;
        }

        var request = string.Create(
            CultureInfo.InvariantCulture, $"{next.Channel.Block} subscribe {next.Attribute} {next.Channel.Index} {next.Token}{next.Channel.Number} {ToldEvery}");
        Ask(request, text => text.Length == 0, _ => Subscribe(left), _ => Subscribe(left));
    }

    /// <summary>Everything once, one question after the other, and what the device says of itself.</summary>
    private void Look()
    {
        _isLooking = true;
        Look(new Queue<TesiraChannel>(_channels.Values));
    }

    private void Look(Queue<TesiraChannel> left)
    {
        if (left.TryDequeue(out var channel))
        {
            ReadMute(channel, () => ReadLevel(channel, () => Look(left)));
            return;
        }

        Ask("DEVICE get activeFaultList", HasValue, text =>
        {
            ShowFaults(text);
            Looked();
        }, _ => Looked());
    }

    private void Looked()
    {
        _isLooking = false;
        _book.Told();
        _session.Fire(Told.Read);
    }

    private void ReadMute(TesiraChannel channel, Action? andThen = null) => Ask(Get(channel, MuteAttribute), text => bool.TryParse(text, out _), text =>
    {
        _book.Seen(channel.Number, bool.Parse(text));
        andThen?.Invoke();
    }, _ =>
    {
        // A tag that the design does not have, or a block without mutes.
        _book.Missing(channel.Number);
        Device.Forget(AudioWords.Muted(channel.Number));
        andThen?.Invoke();
    });

    private void ReadLevel(TesiraChannel channel, Action? andThen = null)
    {
        if (_levelless.Contains(channel.Number))
        {
            andThen?.Invoke();
            return;
        }

        Ask(Get(channel, LevelAttribute), text => TryLevel(text, out _), text =>
        {
            if (TryLevel(text, out var db)) _book.Seen(channel.Number, db);
            andThen?.Invoke();
        }, _ =>
        {
            if (!_book.IsMissing(channel.Number)) _levelless.Add(channel.Number);
            Device.Forget(AudioWords.LevelOf(channel.Number));
            andThen?.Invoke();
        });
    }

    private void TakePublished(TesiraReply reply)
    {
        if (_session.State is not Mode.Ready || reply.Token.Length < 2) return;
        if (!int.TryParse(reply.Token.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || !_channels.ContainsKey(number)) return;
        if (reply.Token[0] == MuteToken && bool.TryParse(reply.Text, out var isMuted)) _book.Seen(number, isMuted);
        else if (reply.Token[0] == LevelToken && TryLevel(reply.Text, out var db)) _book.Seen(number, db);
    }

    /// <summary>One entry for each device of the system and kind; its indicator says how bad it is.</summary>
    private void ShowFaults(string list)
    {
        const string first = "\"faults\":[{\"id\":";
        var at = list.IndexOf(first, StringComparison.Ordinal);
        if (at < 0 && !list.Contains("INDICATOR_MAJOR", StringComparison.Ordinal) && !list.Contains("INDICATOR_MINOR", StringComparison.Ordinal))
        {
            Device.Clear(AudioWords.DeviceFailure.Code);
            return;
        }

        var id = at < 0 ? "" : list[(at + first.Length)..].Split(' ', '}')[0];
        Device.Raise(AudioWords.DeviceFailure.Code, id);
    }

    private static string Get(TesiraChannel channel, string attribute) => string.Create(CultureInfo.InvariantCulture, $"{channel.Block} get {attribute} {channel.Index}");

    private static bool TryLevel(string text, out double db)
    {
        var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out db) && double.IsFinite(db);
        db = Math.Round(db, 1);
        return isNumber;
    }
}
