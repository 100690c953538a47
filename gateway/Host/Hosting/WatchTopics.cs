using System.Text.Json;
using AvGateway.LineWatch.Analysis;
using AvGateway.LineWatch.Streams;
using AvGateway.LineWatch.Watching;
using AvGateway.Mqtt.Publishing;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;

namespace AvGateway.Host.Hosting;

/// <summary>Shows watched lines on <c>$watch/WATCH</c> and their calls on <c>$watch/WATCH/CALL</c>, which is emptied when the call is forgotten.</summary>
internal sealed class WatchTopics
{
    private const int MostStreams = 32;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private readonly TopicMap _topics;
    private readonly RetainedTopics _retained;
    private readonly LineWatcher _capture;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, HashSet<string>> _shown = new(StringComparer.Ordinal);

    public WatchTopics(TopicMap topics, RetainedTopics retained, LineWatcher lines)
    {
        (_topics, _retained, _capture) = (topics, retained, lines);
        lines.Changed += Show;
    }

    public void ShowAll()
    {
        foreach (var view in _capture.Views) Show(view.Plan.Id);
    }

    public static byte[] Line(WatchView view)
    {
        var payload = PayloadWriter.Start();
        var json = payload.Json;
        var picture = view.Picture;
        var alive = picture.Streams.Where(s => picture.At - s.LastAt < Fresh && s.RecentExpected > 0).ToList();
        json.WriteStartObject();
        json.WriteString("id"u8, view.Plan.Id);
        Names(json, "name"u8, view.Plan.Zh, view.Plan.En);
        json.WriteString("subject"u8, view.Plan.Subject);
        json.WriteString("interface"u8, view.Plan.Watch.Interface);
        json.WriteString("watch"u8, Word(view.Condition.State.ToString()));
        Names(json, "text"u8, view.Condition.Zh, view.Condition.En);
        if (view.Condition.RemedyEn.Length > 0) Names(json, "remedy"u8, view.Condition.RemedyZh, view.Condition.RemedyEn);
        json.WriteString("q"u8, Word(view.Quality.ToString()));
        json.WriteTime("since"u8, view.Since);
        if (picture.At != default) json.WriteTime("at"u8, picture.At);
        json.WriteStartArray("faults"u8);
        foreach (var code in view.Raised) json.WriteStringValue(code);
        json.WriteEndArray();
        json.WriteNumber("streams"u8, alive.Count);
        if (alive.Count > 0)
        {
            Number(json, "loss"u8, alive.Max(s => s.RecentLoss));
            Number(json, "jitterMs"u8, alive.Max(s => s.RecentJitter));
            Number(json, "mos"u8, alive.Min(s => s.RecentMos));
        }

        json.WriteStartArray("calls"u8);
        foreach (var call in picture.Calls) json.WriteStringValue(call.Id);
        json.WriteEndArray();
        json.WriteStartArray("others"u8);
        foreach (var stream in picture.Streams.Where(s => s.Call is null).Take(MostStreams)) Write(json, stream);
        json.WriteEndArray();
        Connections(json, picture);
        Counts(json, view);
        json.WriteStartArray("evidence"u8);
        foreach (var kept in view.Evidence)
        {
            json.WriteStartObject();
            json.WriteString("fault"u8, kept.Fault);
            json.WriteString("file"u8, kept.File);
            json.WriteTime("from"u8, kept.From);
            json.WriteTime("until"u8, kept.Until);
            json.WriteNumber("frames"u8, kept.Frames);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return payload.Take();
    }

    public static byte[] Call(CallFigures call, LinePicture picture)
    {
        var payload = PayloadWriter.Start();
        var json = payload.Json;
        json.WriteStartObject();
        json.WriteString("id"u8, call.Id);
        json.WriteString("from"u8, call.From);
        json.WriteString("to"u8, call.To);
        json.WriteString("state"u8, call.State);
        json.WriteNumber("status"u8, call.Status);
        json.WriteTime("since"u8, call.Since);
        json.WriteTime("changedAt"u8, call.ChangedAt);
        json.WriteString("oneWay"u8, call.OneWay);
        json.WriteStartArray("streams"u8);
        foreach (var stream in picture.Streams.Where(s => s.Call == call.Id).Take(MostStreams)) Write(json, stream);
        json.WriteEndArray();
        json.WriteEndObject();
        return payload.Take();
    }

    private void Show(string line)
    {
        lock (_gate)
        {
            if (_capture.Find(line) is not { } view) return;
            _retained.Show(_topics.Watch(line), Line(view));
            if (!_shown.TryGetValue(line, out var shown)) _shown.Add(line, shown = new(StringComparer.Ordinal));
            foreach (var gone in shown.Where(c => view.Picture.Calls.All(p => p.Id != c)).ToList())
            {
                _retained.Clear(_topics.WatchedCall(line, gone));
                shown.Remove(gone);
            }

            foreach (var call in view.Picture.Calls)
            {
                shown.Add(call.Id);
                _retained.Show(_topics.WatchedCall(line, call.Id), Call(call, view.Picture));
            }
        }
    }

    private static void Write(Utf8JsonWriter json, StreamFigures stream)
    {
        json.WriteStartObject();
        json.WriteString("from"u8, stream.From);
        json.WriteString("to"u8, stream.To);
        json.WriteString("ssrc"u8, stream.Source);
        json.WriteString("codec"u8, stream.Codec);
        json.WriteNumber("dscp"u8, stream.Dscp);
        json.WriteNumber("expected"u8, stream.Expected);
        json.WriteNumber("received"u8, stream.Received);
        json.WriteNumber("lost"u8, stream.Lost);
        json.WriteNumber("duplicates"u8, stream.Duplicates);
        json.WriteNumber("reordered"u8, stream.Reordered);
        json.WriteNumber("longestLoss"u8, stream.LongestLoss);
        json.WriteNumber("bursts"u8, stream.Bursts);
        Number(json, "loss"u8, stream.Loss);
        Number(json, "jitterMs"u8, stream.MeanJitter);
        Number(json, "mostJitterMs"u8, stream.MostJitter);
        Number(json, "longestSilenceMs"u8, stream.LongestSilence);
        Number(json, "mos"u8, stream.Mos);
        Number(json, "recentLoss"u8, stream.RecentLoss);
        Number(json, "recentJitterMs"u8, stream.RecentJitter);
        Number(json, "recentMos"u8, stream.RecentMos);
        if (stream.FarLoss is { } far) Number(json, "farLoss"u8, far);
        if (stream.FarJitter is { } jitter) Number(json, "farJitterMs"u8, jitter);
        if (stream.RoundTrip is { } trip) Number(json, "roundTripMs"u8, trip);
        json.WriteTime("lastAt"u8, stream.LastAt);
        json.WriteEndObject();
    }

    private static void Connections(Utf8JsonWriter json, LinePicture picture)
    {
        json.WriteStartArray("connections"u8);
        foreach (var flow in picture.Flows.OrderByDescending(f => f.Retransmissions + f.Resets + f.ZeroWindows).ThenByDescending(f => f.LastAt).Take(MostStreams))
        {
            json.WriteStartObject();
            json.WriteString("from"u8, flow.Client);
            json.WriteString("to"u8, flow.Server);
            json.WriteNumber("packets"u8, flow.Packets);
            json.WriteNumber("retransmissions"u8, flow.Retransmissions);
            json.WriteNumber("zeroWindows"u8, flow.ZeroWindows);
            json.WriteNumber("resets"u8, flow.Resets);
            if (flow.RoundTrip is { } trip) Number(json, "roundTripMs"u8, trip);
            json.WriteTime("lastAt"u8, flow.LastAt);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Counts(Utf8JsonWriter json, WatchView view)
    {
        var totals = view.Picture.Totals;
        json.WriteStartObject("counts"u8);
        json.WriteNumber("captured"u8, view.Captured);
        json.WriteNumber("dropped"u8, view.Dropped);
        json.WriteNumber("rtp"u8, totals.Rtp);
        json.WriteNumber("rtcp"u8, totals.Rtcp);
        json.WriteNumber("sip"u8, totals.Sip);
        json.WriteNumber("tcp"u8, totals.Tcp);
        json.WriteNumber("wrongChecksums"u8, totals.WrongChecksums);
        json.WriteNumber("beyondBounds"u8, totals.Refused);
        json.WriteNumber("ringFrames"u8, view.HeldFrames);
        json.WriteNumber("ringOctets"u8, view.HeldOctets);
        json.WriteEndObject();
        if (view.HeldSince is { } since) json.WriteTime("ringSince"u8, since);
    }

    private static void Names(Utf8JsonWriter json, ReadOnlySpan<byte> name, string zh, string en)
    {
        json.WriteStartObject(name);
        json.WriteString("zh"u8, zh);
        json.WriteString("en"u8, en);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, double value) => json.WriteNumber(name, Math.Round(value, 2));

    /// <summary>"NoAgent" to "no-agent".</summary>
    private static string Word(string name) => string.Concat(name.Select((c, i) => char.IsUpper(c) ? $"{(i > 0 ? "-" : "")}{char.ToLowerInvariant(c)}" : c.ToString()));
}
