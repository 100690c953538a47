using System.Globalization;
using System.Text;
using System.Text.Json;
using AvGateway.Operations.Schedule.Rules;

namespace AvGateway.Host.Commands;

/// <summary>A plan as entries of a calendar that a person opens: for each room from when until when it is switched, as long as things usually take, and in which order.</summary>
internal static class PlanEvents
{
    // What a calendar shows without being told to show more.
    private const int MostLines = 60;

    public static IEnumerable<CalendarEvent> Of(string site, JsonElement plan, DateTimeOffset at)
    {
        var act = plan.GetProperty("act").GetString() == "off" ? "关机 off" : "开机 on";
        var deferred = plan.GetProperty("rooms").EnumerateArray().Where(r => r.TryGetProperty("why", out _)).ToDictionary(r => r.GetProperty("room").GetString()!, r => r.GetProperty("why").GetString());
        var steps = Times(plan);
        foreach (var room in plan.GetProperty("rooms").EnumerateArray().Select(r => r.GetProperty("room").GetString()!))
        {
            var own = steps.Where(s => s.Rooms.Contains(room)).OrderBy(s => s.Begin).ToList();
            if (own.Count == 0) continue;
            var text = new StringBuilder();
            if (deferred.TryGetValue(room, out var why)) text.Append(CultureInfo.InvariantCulture, $"推迟 deferred: {why}\n");
            foreach (var step in own.Take(MostLines)) text.Append(CultureInfo.InvariantCulture, $"+{step.Begin:m\\:ss}  {step.Id}\n");
            if (own.Count > MostLines) text.Append(CultureInfo.InvariantCulture, $"… {own.Count - MostLines}\n");
            yield return new($"power-{plan.GetProperty("act").GetString()}-{room}-{at.UtcDateTime:yyyyMMdd'T'HHmm}@{site}.avgateway", $"{act} · {room}", text.ToString().TrimEnd(), At: at + own[0].Begin, Until: at + own.Max(s => s.End));
        }
    }

    // A plan stands in an order in which it could be done one by one.
    private static List<Step> Times(JsonElement plan)
    {
        var done = new Dictionary<string, Step>(StringComparer.Ordinal);
        var last = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        foreach (var step in plan.GetProperty("steps").EnumerateArray())
        {
            var begin = step.GetProperty("after").EnumerateArray().Select(a => done.TryGetValue(a.GetString()!, out var before) ? before.End : TimeSpan.Zero).DefaultIfEmpty().Max();
            if (step.TryGetProperty("gapMs", out var gap))
            {
                var feeder = step.GetProperty("device").GetString()!;
                if (last.TryGetValue(feeder, out var before) && before + TimeSpan.FromMilliseconds(gap.GetInt64()) is var free && free > begin) begin = free;
                last[feeder] = begin;
            }

            var id = step.GetProperty("step").GetString()!;
            done[id] = new(id, [.. step.GetProperty("rooms").EnumerateArray().Select(r => r.GetString()!)], begin, begin + TimeSpan.FromMilliseconds(step.GetProperty("usualMs").GetInt64()));
        }

        return [.. done.Values];
    }

    private sealed record Step(string Id, string[] Rooms, TimeSpan Begin, TimeSpan End);
}
