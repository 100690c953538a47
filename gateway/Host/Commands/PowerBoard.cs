using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AvGateway.Host.Commands;

/// <summary>
/// How a power run goes, on a terminal: a bar for each room, what is on its way now with its signs, and what a person must see to. Redrawn in
/// place where the terminal can; else one line for each change.
/// </summary>
internal sealed class PowerBoard(TextWriter output, bool isLive, bool isQuiet, TimeProvider time)
{
    private const int BarWidth = 24;
    private const int MostRooms = 24;
    private const int MostSteps = 6;
    private const string Escape = "\u001b[";

    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);
    private readonly long _started = time.GetTimestamp();
    private int _drawn;

    public void Show(string run, ReadOnlyMemory<byte> payload)
    {
        if (isQuiet) return;
        using var document = JsonDocument.Parse(payload);
        if (isLive) Draw(run, document.RootElement);
        else Tell(run, document.RootElement);
    }

    public void End(JsonElement answer)
    {
        output.WriteLine(PlanTable.Line(answer));
        if (!answer.TryGetProperty("run", out var run) || !run.TryGetProperty("steps", out var steps)) return;
        foreach (var step in steps.EnumerateArray().Where(s => State(s) is not "verified"))
            output.WriteLine(StepLine(step));
    }

    private void Draw(string run, JsonElement root)
    {
        var text = new StringBuilder();
        if (_drawn > 0) text.Append(CultureInfo.InvariantCulture, $"{Escape}{_drawn}A{Escape}J");
        var lines = Lines(run, root).ToList();
        foreach (var line in lines) text.Append(line).Append('\n');
        _drawn = lines.Count;
        output.Write(text.ToString());
        output.Flush();
    }

    private IEnumerable<string> Lines(string run, JsonElement root)
    {
        var elapsed = time.GetElapsedTime(_started);
        var act = root.GetProperty("act").GetString() == "off" ? Texts.Say("关机", "power off") : Texts.Say("开机", "power on");
        yield return string.Create(CultureInfo.InvariantCulture, $"{Bold(act)}  {root.GetProperty("scope").GetString()}  {Dim(run)}  {root.GetProperty("state").GetString()}  {elapsed:hh\\:mm\\:ss}");
        var steps = root.GetProperty("steps").EnumerateArray().ToList();
        var rooms = root.GetProperty("rooms").EnumerateArray().ToList();
        var width = rooms.Select(r => r.GetProperty("room").GetString()!.Length).DefaultIfEmpty(8).Max();
        foreach (var room in rooms.OrderBy(r => r.GetProperty("state").GetString() == "done").Take(MostRooms)) yield return RoomLine(room, steps, width);
        if (rooms.Count > MostRooms) yield return Dim(Texts.Say($"… 另有 {rooms.Count - MostRooms} 个房间", $"… and {rooms.Count - MostRooms} more rooms"));
        foreach (var step in steps.Where(s => State(s) is "wished" or "sent" or "watched").Take(MostSteps)) yield return StepLine(step);
        foreach (var step in steps.Where(s => IsBad(State(s))).Take(MostSteps)) yield return Red(StepLine(step));
    }

    private static string RoomLine(JsonElement room, List<JsonElement> steps, int width)
    {
        var name = room.GetProperty("room").GetString()!;
        var state = room.GetProperty("state").GetString()!;
        var own = steps.Where(s => s.GetProperty("rooms").EnumerateArray().Any(r => r.GetString() == name)).ToList();
        var done = own.Count(s => State(s) is not ("waiting" or "wished" or "sent" or "watched"));
        var filled = own.Count == 0 ? 0 : done * BarWidth / own.Count;
        var bar = new string('█', filled) + new string('░', BarWidth - filled);
        var why = room.TryGetProperty("why", out var code) ? "  " + Texts.Code(code.GetString()!) : "";
        var tail = string.Create(CultureInfo.InvariantCulture, $"{done,4}/{own.Count,-4} {state}{why}");
        return $"  {name.PadRight(width)}  {(state is "deferred" ? Yellow(bar) : state is "partial" ? Red(bar) : Green(bar))} {tail}";
    }

    private static string StepLine(JsonElement step)
    {
        var signs = string.Join(", ", step.GetProperty("signs").EnumerateArray().Select(s => $"{s.GetProperty("sign").GetString()} {s.GetProperty("shown").GetString()}".TrimEnd()));
        var reason = Texts.Said(step, "reason") is { Length: > 0 } why ? "  " + Texts.Code(why) : "";
        return $"    {State(step),-12} {step.GetProperty("step").GetString()}  [{signs}]{reason}";
    }

    private void Tell(string run, JsonElement root)
    {
        foreach (var room in root.GetProperty("rooms").EnumerateArray())
        {
            var why = room.TryGetProperty("why", out var code) ? " " + Texts.Code(code.GetString()!) : "";
            TellOnce($"{run} {room.GetProperty("room").GetString()}", $"{room.GetProperty("state").GetString()}{why}");
        }

        foreach (var step in root.GetProperty("steps").EnumerateArray().Where(s => State(s) is not "waiting"))
            TellOnce($"{run} {step.GetProperty("step").GetString()}", State(step)!);
        TellOnce($"{run} {root.GetProperty("scope").GetString()} {root.GetProperty("act").GetString()}", root.GetProperty("state").GetString()!);
    }

    private void TellOnce(string what, string state)
    {
        if (_told.TryGetValue(what, out var told) && told == state) return;
        _told[what] = state;
        output.WriteLine($"{what}  {state}");
    }

    private static bool IsBad(string? state) => state is "off-failed" or "on-failed" or "contradicted" or "unreachable" or "came-back" or "held";
    private static string? State(JsonElement step) => step.GetProperty("state").GetString();
    private static string Bold(string text) => $"{Escape}1m{text}{Escape}0m";
    private static string Dim(string text) => $"{Escape}2m{text}{Escape}0m";
    private static string Red(string text) => $"{Escape}31m{text}{Escape}0m";
    private static string Green(string text) => $"{Escape}32m{text}{Escape}0m";
    private static string Yellow(string text) => $"{Escape}33m{text}{Escape}0m";
}
