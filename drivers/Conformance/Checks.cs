using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Conformance.Classes;

namespace AvGateway.Drivers.Conformance;

/// <summary>The rules, in the order in which they are tried: what only looks comes first, what disturbs most comes last.</summary>
public static class Checks
{
    private const string FirstThatDisturbs = "stale";
    private const string FirstUnkind = "sliced";
    private const string Frozen = "frozen";

    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(5);
    internal static readonly TimeSpan Glance = TimeSpan.FromSeconds(2);

    /// <summary>Schemes whose bytes come as a stream that can be cut anywhere.</summary>
    private static readonly string[] Streams = ["tcp", "serial", "ssh", "http", "https", "ws", "wss"];

    /// <summary>The rules for this driver: those of every device with those of its class among them.</summary>
    public static IReadOnlyList<Check> For(DriverManifest manifest)
    {
        // A PC that is woken is power as well, and has no outlets.
        var isOfClass = manifest.Class is not DeviceClass.Power || manifest.Verbs.Any(v => v.Name == OutletWords.OnVerb);
        return isOfClass ? Of(manifest.Class) : All;
    }

    /// <summary>The rules for a device of this class.</summary>
    public static IReadOnlyList<Check> Of(DeviceClass @class)
    {
        var own = ClassRules.Of(@class);
        var looks = All.TakeWhile(c => c.Id != FirstThatDisturbs).ToArray();
        var acts = All.Skip(looks.Length).TakeWhile(c => c.Id != FirstUnkind).ToArray();
        return [.. looks, .. own.Where(c => c.Needs is Needs.Nothing), .. acts, .. own.Where(c => c.Needs is not Needs.Nothing), .. All.Skip(looks.Length + acts.Length)];
    }

    /// <summary>The rules of every device.</summary>
    public static IReadOnlyList<Check> All { get; } =
    [
        new("words", Grade.Bench, Needs.Nothing, new("Everything it declares has a name once, in both languages, and a diagram", "所声明的内容名称唯一、双语齐全并有状态图"), WordsAsync),
        new("in-step", Grade.Bench, Needs.Nothing, new("It is in step soon after the link opens", "链路打开后很快同步"), s => s.OnlineAsync()),
        new("declared", Grade.Bench, Needs.Nothing, new("Everything shown is declared, and of the declared kind", "显示的内容均已声明且类型相符"), DeclaredAsync),
        new("seen", Grade.Bench, Needs.Nothing, new("What is shown was seen, not assumed", "显示的内容来自设备而非推测"), SeenAsync),
        new("class", Grade.Bench, Needs.Nothing, new("It has what its class promises", "具备该类设备应有的动作和属性"), ClassAsync),
        new("unknown-verb", Grade.Bench, Needs.Nothing, new("A verb that it does not have is rejected and nothing is sent", "没有的动作被拒绝且不发送"), UnknownVerbAsync),
        new("quiet", Grade.Room, Needs.Nothing, new("While nothing happens it stays in step on one link", "无事发生时在同一链路上保持同步"), QuietAsync),
        new("cuts", Grade.Bench, Needs.Nothing, new("What it heard is understood byte by byte as in one piece", "收到的数据逐字节与整段解析结果一致"), CutsAsync),
        new("pace", Grade.Room, Needs.Nothing, new("The pause that the protocol wants is kept", "遵守协议要求的间隔"), PaceAsync),
        new("stale", Grade.Room, Needs.Nothing, new("A lost link makes every value stale, and a wish ends at once with nothing sent", "断链后数值标记过期，请求立即失败且不发送"), StaleAsync),
        new("returns", Grade.Room, Needs.Nothing, new("After a lost link everything is read again", "断链恢复后重新读取"), ReturnsAsync),
        new("act", Grade.Room, Needs.Acts | Needs.Act, new("A wish ends when the device shows it, and so does taking it back", "请求在设备显示结果后才完成，恢复亦然"), ActAsync),
        new("again", Grade.Room, Needs.Acts | Needs.Act, new("The same wish again is verified again", "重复请求同样得到验证"), AgainAsync),
        new("bounds", Grade.Room, Needs.Acts, new("What an argument cannot be is rejected and nothing is sent", "参数不可取的值被拒绝且不发送"), ArgumentRules.BoundsAsync),
        new("settable", Grade.Room, Needs.Acts, new("Everything else that can be set is set, seen and taken back", "其余可设置的内容均可设置、可见并可恢复"), ArgumentRules.SettableAsync),
        new("after-loss", Grade.Room, Needs.Acts | Needs.Act, new("What a wish led to is found again after a lost link", "断链恢复后仍能看到请求的结果"), AfterLossAsync),
        new("last-wish", Grade.Room, Needs.Acts | Needs.Act, new("Of two wishes at once the last one stands", "同时两个请求以最后一个为准"), LastWishAsync),
        new("hand", Grade.Room, Needs.Hand | Needs.Act, new("A change made by hand is shown", "手动改变会显示出来"), HandAsync),
        new(Frozen, Grade.Room, Needs.Acts | Needs.Act | Needs.Unkindness, new("An acknowledgement without effect is not success", "只应答不执行不算成功"), s => UnkindAsync(s, Frozen)),
        new("refuses", Grade.Room, Needs.Acts | Needs.Act | Needs.Unkindness, new("What the device refuses is refused", "设备拒绝的请求报告为拒绝"), s => UnkindAsync(s, "refuse")),
        new("sliced", Grade.Room, Needs.Unkindness, new("Answers cut and joined at random are understood", "随机切分和粘连的应答能被理解"), SlicedAsync),
        new("noise", Grade.Room, Needs.Unkindness, new("Line noise crashes nothing and is over when it is over", "线路噪声不致崩溃，消失后恢复正常"), NoiseAsync),
        new("silent", Grade.Room, Needs.Unkindness, new("A silent device is noticed, and used again when it speaks", "设备无应答会被发现，恢复后继续使用"), SilentAsync),
        new("dropped", Grade.Room, Needs.Unkindness, new("A device that is gone is offline, and comes back by itself", "设备消失显示离线，恢复后自动重连"), DroppedAsync),
        new("log", Grade.Room, Needs.Nothing, new("Nothing of all this was an error of ours", "全过程没有本方错误"), LogAsync),
    ];

    private static Task WordsAsync(Subject s)
    {
        var m = s.Manifest;
        Once("verb", m.Verbs.Select(v => v.Name));
        Once("property", m.Properties.Select(p => p.Name));
        Once("option", m.Options.Select(o => o.Name));
        Once("fault", m.Faults.Select(f => f.Code));
        foreach (var (what, en, zh) in m.Verbs.Select(v => (v.Name, v.En, v.Zh)).Concat(m.Properties.Select(p => (p.Name, p.En, p.Zh)))
            .Concat(m.Options.Select(o => (o.Name, o.En, o.Zh))).Concat(m.Faults.Select(f => (f.Code, f.En, f.Zh))))
            Keep(!string.IsNullOrWhiteSpace(en) && zh.Any(c => c > 0x2FFF), $"\"{what}\" lacks its words in one language");
        Keep(!string.IsNullOrWhiteSpace(m.Diagram()), "it draws no state diagram");
        foreach (var set in m.Properties.Where(p => p.Set is not null))
            Keep(m.Verbs.Any(v => v.Name == set.Set!.Verb && v.Arguments.Any(a => a.Name == set.Set.ValueArgument)), $"{set.Name} is set by a verb that is not there");
        return Task.CompletedTask;
    }

    private static Task DeclaredAsync(Subject s)
    {
        foreach (var (name, reading) in s.Snapshot.Readings)
        {
            var specs = s.Manifest.Properties.Where(p => p.Matches(name, out _)).ToArray();
            Keep(specs.Length == 1, $"{name} is declared {specs.Length} times");
            if (reading.Value.Kind is ValueKind.None) continue;
            Keep(reading.Value.Kind == specs[0].Kind, $"{name} is a {reading.Value.Kind}, declared is a {specs[0].Kind}");
            Keep(specs[0].OneOf is not { } words || words.Contains(reading.Value.Text), $"{name} is \"{reading.Value}\", which is none of its words");
        }

        Keep(s.Manifest.Modes.Contains(s.Device.Status.Mode), $"the mode \"{s.Device.Status.Mode}\" is not declared");
        return Task.CompletedTask;
    }

    private static Task SeenAsync(Subject s)
    {
        if (!s.Manifest.CanBeAsked) throw new NotHereException("this device cannot be asked");
        foreach (var (name, reading) in s.Snapshot.Readings)
            Keep(reading.Quality is Quality.Good || reading.Value.Kind is ValueKind.None, $"{name} is {reading.Quality} on a live link");
        Keep(s.Snapshot.Readings.Count > 0, "nothing is shown");
        return Task.CompletedTask;
    }

    private static Task ClassAsync(Subject s)
    {
        var m = s.Manifest;
        string[] verbs = m.Class switch
        {
            DeviceClass.Matrix => [MatrixWords.RouteVerb],
            DeviceClass.Recorder => [RecorderWords.RecordVerb, RecorderWords.StopVerb],
            DeviceClass.Codec => [CodecWords.DialVerb, CodecWords.HangUpVerb],
            _ => [],
        };
        foreach (var verb in verbs) Keep(m.Verbs.Any(v => v.Name == verb), $"a {m.Class} without \"{verb}\"");
        Keep(m.Class is not DeviceClass.Sensor || m.Verbs.Count == 0, "a sensor with verbs");
        if (m.Class is DeviceClass.Matrix) Keep(s.Snapshot.Extents.TryGetValue(MatrixWords.OutputExtent, out var outputs) && outputs > 0, "it does not tell how many outputs it has");
        if (m.Class is DeviceClass.Recorder) Keep(s.Snapshot[RecorderWords.RecordingState].Kind is ValueKind.Text, "it does not show whether it records");
        if (m.Class is DeviceClass.Codec) Keep(s.Snapshot[CodecWords.CallState].Kind is ValueKind.Text, "it does not show its call");
        return Task.CompletedTask;
    }

    private static async Task UnknownVerbAsync(Subject s)
    {
        var before = s.Device.Counters.RequestsSent;
        var result = await s.AskAsync(new("no-such-verb", Arguments.None, "none", Value.None));
        Keep(result.Outcome is CommandOutcome.Rejected && result.Attempts == 0, $"it ended as {result.Outcome} after {result.Attempts} frames ({before})");
    }

    private static async Task QuietAsync(Subject s)
    {
        var opens = s.Opens;
        var span = Max(Glance, (s.Plan.Poll ?? s.Manifest.Poll) * 2);
        Keep(!await s.TryUntilAsync(() => !s.IsOnline, span), $"it became {s.Device.Status.State} ({s.Device.Status.Reason}) by itself");
        Keep(s.Opens == opens, "the link was opened anew");
        Keep(s.Device.Counters.ProtocolErrors == 0, "its frames were not understood");
    }

    private static Task CutsAsync(Subject s)
    {
        if (!Streams.Contains(s.Plan.Link.Scheme)) throw new NotHereException($"{s.Plan.Link.Scheme} carries whole frames");
        var heard = Wire.Heard(s.Frames);
        if (heard.Length == 0) throw new NotHereException("nothing was heard in the clear");
        var (whole, single) = s.Manifest.Accept(new CodecTrial(s.Plan, heard));
        Keep(whole.SequenceEqual(single), $"{whole.Count} replies in one piece, {single.Count} byte by byte; they part at number {whole.Zip(single).TakeWhile(p => p.First == p.Second).Count() + 1}");
        Keep(whole.Count > 0, "not one whole reply");
        return Task.CompletedTask;
    }

    private static Task PaceAsync(Subject s)
    {
        var gap = s.Manifest.Reply.Gap;
        if (gap <= TimeSpan.Zero) throw new NotHereException("the protocol wants no pause");

        // From request to request: which of the bytes between them were the answer is known to the driver alone.
        PassedFrame? last = null;
        foreach (var frame in s.Frames.Where(f => f.IsSent))
        {
            var pause = last is null ? gap : s.Time.GetElapsedTime(last.At, frame.At);
            Keep(pause >= gap - Tolerance, $"\"{frame.Text}\" followed after {pause.TotalMilliseconds:0} ms, {gap.TotalMilliseconds:0} ms are wanted");
            last = frame;
        }

        return Task.CompletedTask;
    }

    private static async Task StaleAsync(Subject s)
    {
        await s.OnlineAsync();
        await s.CutAsync();
        try
        {
            foreach (var (name, reading) in s.Snapshot.Readings) Keep(reading.Quality is not Quality.Good, $"{name} is still shown as good");
            await s.UntilAsync(() => s.Device.Status.Mode == DeviceStatus.UnknownMode, "the mode being unknown");
            if (s.Manifest.Verbs.Count == 0) return;
            var result = await s.AskAsync(new(s.Manifest.Verbs[0].Name, Arguments.None, "none", Value.None));
            Keep(result.Outcome is CommandOutcome.Unreachable && result.Attempts == 0, $"a wish ended as {result.Outcome} after {result.Attempts} frames");
        }
        finally
        {
            await s.MendAsync();
        }
    }

    private static async Task ReturnsAsync(Subject s)
    {
        await s.OnlineAsync();
        var before = s.Snapshot.Readings.Keys.ToHashSet(StringComparer.Ordinal);
        await s.CutAsync();
        await s.MendAsync();
        if (!s.Manifest.CanBeAsked) return;
        await s.UntilAsync(
            () => before.All(name => s.Snapshot.Readings.TryGetValue(name, out var r) && (r.Quality is Quality.Good || r.Value.Kind is ValueKind.None)), "everything read again");
    }

    private static async Task ActAsync(Subject s)
    {
        await s.VerifyAsync(s.Act!);
        await s.VerifyBackAsync(s.Act!);
    }

    private static async Task AgainAsync(Subject s)
    {
        await s.VerifyAsync(s.Act!);
        if (s.Manifest.Verbs.First(v => v.Name == s.Act!.Verb).Idempotent) await s.VerifyAsync(s.Act!);
        await s.VerifyBackAsync(s.Act!);
    }

    private static async Task AfterLossAsync(Subject s)
    {
        if (!s.ReadsBack(s.Act!)) throw new NotHereException("this device cannot show it");
        await s.VerifyAsync(s.Act!);
        await s.CutAsync();
        await s.MendAsync();
        await s.UntilAsync(() => s.Snapshot[s.Act!.Property] == s.Act.Seen, $"{s.Act!.Property} as \"{s.Act.Seen}\"");
        await s.VerifyBackAsync(s.Act);
    }

    private static async Task LastWishAsync(Subject s)
    {
        if (s.Act!.Back is not { } back) throw new NotHereException("it cannot be taken back");
        if (!s.ReadsBack(back)) throw new NotHereException("this device cannot show it");
        var first = s.AskAsync(s.Act);
        var second = s.AskAsync(back);
        var (one, two) = (await first, await second);
        Keep(one.Outcome is CommandOutcome.Verified or CommandOutcome.Superseded, $"the first ended as {one.Outcome}: {one.Reason}");
        Keep(two.Outcome is CommandOutcome.Verified, $"the second ended as {two.Outcome}: {two.Reason}");
        Keep(s.Snapshot[back.Property] == back.Seen, $"{back.Property} is shown as \"{s.Snapshot[back.Property]}\"");
        s.WasTakenBack(s.Act);
    }

    private static async Task HandAsync(Subject s)
    {
        var act = s.Act!;
        if (!s.Manifest.CanBeAsked) throw new NotHereException("this device cannot be asked");
        var within = s.Plan.Patience;

        // What was asked just before may still be on its way to the relay.
        await s.PassAsync(Glance);
        if (s.Plan.FarEnd is { } simulated)
        {
            if (!simulated.TryPress(act)) throw new NotHereException("no hand can do this at the device");
        }
        else if (!await s.Plan.Hand!.AskAsync(new($"At the device, by hand: {act.Property} → {act.Seen}", $"请在设备上手动操作：{act.Property} → {act.Seen}"), CancellationToken.None))
        {
            throw new NotHereException("nobody did it by hand");
        }

        await s.UntilAsync(() => s.Snapshot[act.Property] == act.Seen, $"{act.Property} as \"{act.Seen}\"", within);
        if (act.Back is not { } back) return;

        // What a hand did a hand takes back, where there is one: a device may not let others end what was begun at its panel.
        if (s.Plan.FarEnd?.TryPress(back) is true) await s.UntilAsync(() => s.Snapshot[back.Property] == back.Seen, $"{back.Property} as \"{back.Seen}\"", within);
        else if (s.Plan.MayAct) await s.VerifyBackAsync(act);
    }

    private static async Task UnkindAsync(Subject s, string name)
    {
        if (!s.ReadsBack(s.Act!)) throw new NotHereException("this device cannot show it");
        s.FarEnd.Set(name, true);
        CommandResult result;
        var meanwhile = s.Look();
        try
        {
            result = await s.AskAsync(s.Act!);
        }
        finally
        {
            meanwhile.End();
            s.FarEnd.Set(name, false);
        }

        if (name == Frozen) s.Unfollowed = new(s.Act!, result, meanwhile, s.Snapshot);
        Keep(result.Outcome is not (CommandOutcome.Verified or CommandOutcome.AcknowledgedOnly), $"it ended as {result.Outcome}");
        Keep(result.Outcome is not CommandOutcome.Crashed, $"the driver crashed: {result.Reason}");
        Keep(name != "refuse" || result.Outcome is not CommandOutcome.Refused || !string.IsNullOrWhiteSpace(result.Reason), "the device's own words are missing");
        await s.OnlineAsync();
        await ActAsync(s);
        if (name == Frozen) s.Unfollowed = s.Unfollowed! with { Followed = s.Snapshot };
    }

    private static async Task SlicedAsync(Subject s)
    {
        s.FarEnd.Set("seed", 1);
        s.FarEnd.Set("slice", true);
        try
        {
            await s.CutAsync();
            await s.MendAsync();
            if (s.Plan.MayAct && s.Act is not null) await ActAsync(s);
        }
        finally
        {
            s.FarEnd.Set("slice", false);
        }
    }

    private static async Task NoiseAsync(Subject s)
    {
        s.FarEnd.Set("seed", 1);
        s.FarEnd.Set("garbage", true);
        try
        {
            await s.PassAsync(Glance);
        }
        finally
        {
            s.FarEnd.Set("garbage", false);
        }

        // What still stood in the line may cost the link a moment later; one that was opened since then has nothing in it.
        var opens = s.Opens;
        await s.OnlineAsync();
        if (s.Opens == opens)
        {
            await s.CutAsync();
            await s.MendAsync();
        }

        Keep(s.Device.Counters.DriverCrashes == 0, "the driver crashed");
        if (s.Plan.MayAct && s.Act is not null) await ActAsync(s);
    }

    private static async Task SilentAsync(Subject s)
    {
        if (!s.Manifest.CanBeAsked) throw new NotHereException("this device cannot be asked");
        s.FarEnd.Set("mute", true);
        try
        {
            await s.UntilAsync(() => !s.IsOnline, "noticing the silence");
        }
        finally
        {
            s.FarEnd.Set("mute", false);
        }

        await s.OnlineAsync();
    }

    private static async Task DroppedAsync(Subject s)
    {
        if (s.Manifest.LinkOutlivesPower) throw new NotHereException("its link is our own look at it");
        s.FarEnd.Set("drop", true);
        try
        {
            await s.UntilAsync(() => s.Device.Status.State is DeviceState.Offline, "offline");
        }
        finally
        {
            s.FarEnd.Set("drop", false);
        }

        await s.OnlineAsync();
    }

    private static Task LogAsync(Subject s)
    {
        Keep(s.Device.Counters.DriverCrashes == 0, $"the driver crashed {s.Device.Counters.DriverCrashes} times");
        Keep(s.Errors.Count == 0, string.Join("; ", s.Errors));
        return Task.CompletedTask;
    }

    private static void Once(string what, IEnumerable<string> names)
    {
        foreach (var twice in names.GroupBy(n => n, StringComparer.Ordinal).Where(g => g.Count() > 1)) Keep(false, $"the {what} \"{twice.Key}\" is declared twice");
    }

    internal static void Keep(bool kept, string otherwise)
    {
        if (!kept) throw new NotKeptException(otherwise);
    }

    internal static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
