using AvGateway.LineWatch.Packets;
using AvGateway.LineWatch.Streams;

namespace AvGateway.LineWatch.Sip;

/// <summary>The calls that are seen, within bounds, and where their media is awaited.</summary>
internal sealed class CallTable(int mostCalls)
{
    private const long EndedLife = TimeSpan.TicksPerMinute;

    // A call without a message for so long is over, whatever it said last; session timers (RFC 4028) are shorter.
    private const long QuietLife = 4 * TimeSpan.TicksPerHour;

    private readonly Dictionary<ulong, SipCall> _calls = [];
    private readonly Dictionary<HostPort, MediaPlace> _places = [];
    private readonly List<ulong> _old = [];

    public long Refused { get; private set; }
    public IEnumerable<SipCall> Calls => _calls.Values;

    /// <summary>What was announced for media that goes to or comes from here.</summary>
    public MediaPlace? PlaceOf(in Packet packet) =>
        _places.Count == 0 ? null : _places.GetValueOrDefault(packet.To) ?? _places.GetValueOrDefault(packet.From);

    public void Take(in SipSniff sip, in Packet packet)
    {
        var key = Hash(sip.CallId);
        var fromTag = Hash(sip.FromTag);
        if (!_calls.TryGetValue(key, out var call))
        {
            if (!sip.Method.SequenceEqual("INVITE"u8) || sip.Status != 0) return;
            if (_calls.Count >= mostCalls)
            {
                Refused++;
                return;
            }

            _calls.Add(key, call = new($"{(uint)(key ^ (key >> 32)):x8}", fromTag, packet.Source, packet.Destination, packet.At));
        }

        var media = sip.Sdp.IsEmpty ? null : SdpReader.Read(sip.Sdp);
        call.Take(sip, fromTag, media, packet.At);
        foreach (var one in media ?? []) _places[one.Place] = new(call.Id, one.Kind, one.Codecs);
    }

    /// <summary>A call whose media still flows is not quiet.</summary>
    public void Sweep(long now)
    {
        foreach (var (key, call) in _calls)
        {
            var life = call.State is CallState.Ended or CallState.Refused ? EndedLife : QuietLife;
            if (now - call.LastAt > life) _old.Add(key);
        }

        foreach (var key in _old)
        {
            var id = _calls[key].Id;
            _calls.Remove(key);
            foreach (var place in _places.Where(p => p.Value.Call == id).Select(p => p.Key).ToList()) _places.Remove(place);
        }

        _old.Clear();
    }

    // FNV-1a: the text itself (it holds the names of machines, and with some makers of people) is not kept.
    private static ulong Hash(ReadOnlySpan<byte> text)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var octet in text) hash = (hash ^ octet) * 1_099_511_628_211UL;
        return hash;
    }
}
