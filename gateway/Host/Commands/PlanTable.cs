using System.Globalization;
using System.Text.Json;

namespace AvGateway.Host.Commands;

/// <summary>A plan as a table for people.</summary>
internal static class PlanTable
{
    public static void Write(TextWriter output, JsonElement plan)
    {
        var act = plan.GetProperty("act").GetString() == "off" ? Texts.Say("关机计划", "plan for switching off") : Texts.Say("开机计划", "plan for switching on");
        output.WriteLine($"{act}  {plan.GetProperty("hash").GetString()}");
        foreach (var room in plan.GetProperty("rooms").EnumerateArray().Where(r => r.TryGetProperty("why", out _)))
            output.WriteLine(Texts.Say($"  将推迟：{room.GetProperty("room").GetString()}（{Texts.Code(room.GetProperty("why").GetString()!)}）", $"  would be deferred: {room.GetProperty("room").GetString()} ({room.GetProperty("why").GetString()})"));
        var number = 0;
        var numbers = plan.GetProperty("steps").EnumerateArray().ToDictionary(s => s.GetProperty("step").GetString()!, _ => ++number);
        var width = Math.Clamp(numbers.Keys.Select(k => k.Length).DefaultIfEmpty(10).Max(), 10, 48);
        foreach (var step in plan.GetProperty("steps").EnumerateArray())
        {
            var id = step.GetProperty("step").GetString()!;
            var after = step.GetProperty("after").EnumerateArray().Select(a => numbers.TryGetValue(a.GetString()!, out var n) ? n : 0).Where(n => n > 0).Order().ToList();
            var order = after.Count == 0 ? "" : Texts.Say("在 ", "after ") + Short(after) + Texts.Say(" 之后", "");
            var gap = step.TryGetProperty("gapMs", out var ms) ? Texts.Say($"  间隔 {ms} ms", $"  gap {ms} ms") : "";
            var rush = step.TryGetProperty("branch", out var branch) ? $"  {branch.GetString()} {step.GetProperty("inrush").GetDouble().ToString("0.#", CultureInfo.InvariantCulture)} A" : "";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{numbers[id],4}  {Kind(step.GetProperty("kind").GetString()!),-14}  {id.PadRight(width)}  {order}{gap}{rush}").TrimEnd());
        }

        foreach (var note in plan.GetProperty("notes").EnumerateArray())
            output.WriteLine($"   -  {note.GetProperty("place").GetString()}: {Texts.Say(note.GetProperty("zh").GetString()!, note.GetProperty("en").GetString()!)}");
        if (plan.TryGetProperty("stepsLeftOut", out var more)) output.WriteLine(Texts.Say($"  另有 {more} 步未列出；用 --room 查看一个房间", $"  {more} more steps: look at one room with --room"));
    }

    public static string Line(JsonElement answer) =>
        $"{answer.GetProperty("phase").GetString()} {answer.GetProperty("stat").GetInt32()} {answer.GetProperty("code").GetString()}  {Texts.Said(answer, "title")}";

    // 3, 5-9: a room's first switch may wait for many.
    private static string Short(List<int> numbers)
    {
        var parts = new List<string>();
        for (var i = 0; i < numbers.Count;)
        {
            var from = i;
            while (i + 1 < numbers.Count && numbers[i + 1] == numbers[i] + 1) i++;
            parts.Add(from == i ? $"{numbers[i]}" : $"{numbers[from]}-{numbers[i]}");
            i++;
        }

        return string.Join(", ", parts);
    }

    private static string Kind(string kind) => kind switch
    {
        "stop-stream" => Texts.Say("停止直播", "stop stream"),
        "recorder-idle" => Texts.Say("录像空闲", "recorder idle"),
        "device-off" => Texts.Say("设备关机", "device off"),
        "outlet-off" => Texts.Say("断开供电", "open outlet"),
        "outlet-on" => Texts.Say("接通供电", "close outlet"),
        "appear" => Texts.Say("设备应答", "device answers"),
        _ => Texts.Say("设备开机", "device on"),
    };
}
