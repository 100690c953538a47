using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers;

/// <summary>
/// What the channels of one audio device show, free of its protocol: a mute that nobody here asked for is told, a wish that was not seen is a fault until one
/// is, and a channel that the device does not have is a fault and shows nothing.
/// </summary>
/// <remarks>Belongs to a driver and is called from its methods alone.</remarks>
/// <param name="device">The driver's own context; it is there once the driver is attached.</param>
public sealed class AudioChannels<TReply>(Func<IDeviceContext<TReply>> device)
{
    // A change that comes this long after a wish is its effect, also when nobody waits for it any more.
    private static readonly TimeSpan OursWithin = TimeSpan.FromSeconds(15);

    private readonly Dictionary<int, bool> _shown = [];
    private readonly Dictionary<string, (Value Value, DateTimeOffset At)> _wished = new(StringComparer.Ordinal);
    private readonly HashSet<string> _deaf = new(StringComparer.Ordinal);
    private readonly SortedSet<int> _missing = [];

    /// <summary>A new link: what the device does not have is found out anew. What was shown before still counts, so that a channel which somebody opened meanwhile is told.</summary>
    public void Linked() => _missing.Clear();

    public bool IsMissing(int channel) => _missing.Contains(channel);

    /// <summary>The device has taken an order to bring the property to this value, or is about to.</summary>
    public void Wished(string property, Value value) => _wished[property] = (value, device().Now);

    public void Refused(string property) => _wished.Remove(property);

    public void NotSeen(string property)
    {
        _deaf.Add(property);
        device().Raise(AudioWords.NotFollowing.Code, property);
    }

    /// <summary>The device shows the channel muted or open.</summary>
    public void Seen(int channel, bool isMuted)
    {
        _missing.Remove(channel);
        var isOurs = IsAsWished(AudioWords.Muted(channel), isMuted);
        if (_shown.TryGetValue(channel, out var shown) && shown != isMuted && !isOurs)
            device().Happened(AudioWords.MuteUnasked, (AudioWords.ChannelArgument, channel), (AudioWords.MutedDetail, isMuted));
        _shown[channel] = isMuted;
        device().Report(AudioWords.Muted(channel), isMuted);
    }

    /// <summary>The device shows the channel at this level.</summary>
    public void Seen(int channel, double db)
    {
        IsAsWished(AudioWords.LevelOf(channel), db);
        device().Report(AudioWords.LevelOf(channel), db);
    }

    /// <summary>The device does not have this channel.</summary>
    public void Missing(int channel) => _missing.Add(channel);

    /// <summary>Every channel was asked for: says which of them there are not.</summary>
    public void Told()
    {
        if (_missing.Count == 0)
        {
            device().Clear(AudioWords.NoChannel.Code);
            return;
        }

        device().Raise(AudioWords.NoChannel.Code, string.Join(',', _missing));
        foreach (var channel in _missing)
        {
            device().Forget(AudioWords.Muted(channel));
            device().Forget(AudioWords.LevelOf(channel));
        }
    }

    /// <summary>True once for each wish: what comes to the same value again was done by somebody else.</summary>
    private bool IsAsWished(string property, Value value)
    {
        if (!_wished.TryGetValue(property, out var wished) || wished.Value != value) return false;
        _wished.Remove(property);
        if (_deaf.Remove(property) && _deaf.Count == 0) device().Clear(AudioWords.NotFollowing.Code);

        // A clock that was set back makes nobody's hand ours.
        return device().Now - wished.At is var since && since < OursWithin && since > -OursWithin;
    }
}
