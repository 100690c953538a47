namespace AvGateway.Operations.Power;

/// <summary>What must be right before anything is switched by it.</summary>
public sealed partial class PowerGraph
{
    private void Check()
    {
        foreach (var room in _site.Rooms)
            foreach (var spec in room.Loads) CheckLoad(room.Room, spec);
        CheckOutlets();
        CheckCircles();
        foreach (var branch in Branches) CheckBranch(branch);
        if (_findings.Count == 0) CheckOrder();
    }

    private void CheckLoad(string room, LoadSpec spec)
    {
        var load = _loads[new(room, spec.Id)];
        if (load is { Manifest: null, Feeds.IsEmpty: true, Kind: not LoadKind.Keep } && !_known.Contains(load.Id))
        {
            Find(room, spec.Place, $"“{spec.Id}”不是本房间的设备，也没有供电回路", $"\"{spec.Id}\" is no device of this room and has no feed",
                "写设备的编号；没有驱动的负载需要 feed", "write the id of a device, or give it a \"feed\" when nobody speaks to it");
        }

        foreach (var feed in spec.Feeds)
        {
            if (_loads.TryGetValue(feed.Feeder, out var feeder) && feeder.Kind is LoadKind.Feeder) continue;
            Find(room, spec.Place + ".feed", $"“{feed.Feeder}”没有可切换的输出", $"\"{feed.Feeder}\" has no outlets that can be switched",
                "写 设备/路 或 房间/设备/路", "write DEVICE/OUTLET or ROOM/DEVICE/OUTLET of a PDU or sequencer");
        }

        foreach (var source in spec.Sources ?? [])
        {
            if (_loads.ContainsKey(new(room, source))) continue;
            Find(room, spec.Place + ".sources", $"本房间没有“{source}”", $"there is no \"{source}\" in this room", "写本房间的设备或负载", "name a device or load of this room");
        }

        if (spec.Sources is not null && load.Kind is not LoadKind.Amplifier)
        {
            Find(room, spec.Place + ".sources", "只有功放才有音源", "only an amplifier has sources", "删除此项，或写 \"kind\": \"amplifier\"", "remove it, or say \"kind\": \"amplifier\"");
        }
    }

    private void CheckOutlets()
    {
        foreach (var (outlet, loads) in _behind.Where(b => b.Value.Count > 1))
        {
            var specs = loads.Select(l => (l, Spec: _site.Of(l.Id.Room).Loads.First(s => s.Id == l.Id.Name))).ToList();
            if (specs.TrueForAll(s => s.Spec.Shared)) continue;
            var (last, spec) = specs[^1];
            Find(last.Id.Room, spec.Place + ".feed", $"输出 {outlet} 被使用两次：{string.Join("、", loads.Select(l => l.Id))}", $"outlet {outlet} is used twice: by {string.Join(" and ", loads.Select(l => l.Id))}",
                "改正编号；确实共用时都写 \"shared\": true", "mend the number; say \"shared\": true at each when they really share it");
        }
    }

    private void CheckCircles()
    {
        foreach (var feeder in _loads.Values.Where(l => l.Kind is LoadKind.Feeder))
        {
            if (!OutletsOf(feeder.Id).Any(o => AllBehind(o).Contains(feeder))) continue;
            var place = _site.Of(feeder.Id.Room).Loads.FirstOrDefault(s => s.Id == feeder.Id.Name)?.Place ?? "$";
            Find(feeder.Id.Room, place, $"“{feeder.Id}”最终由自己供电", $"\"{feeder.Id}\" is fed by itself in the end", "检查各级 feed", "follow the feeds and mend the one that leads back");
        }
    }

    // What it feeds is checked where the network is read: branches of every kind stand there.
    private void CheckBranch(PowerBranch branch)
    {
        foreach (var load in _loads.Values.Where(l => l.Inrush > branch.Inrush && BranchesOf(l.Id).Contains(branch.Id)))
        {
            Find(null, branch.Place + ".inrush", $"“{load.Id}”单独启动就超过该支路的上限", $"\"{load.Id}\" alone rushes in more ({load.Inrush} A) than this branch bears ({branch.Inrush} A)",
                "改正 inrush，或把它移到别的支路", "mend one of the figures, or feed it from another branch");
        }
    }

    // Feeds and amplifiers together can demand an order that does not exist; then the file is wrong, and that is better said now than at night.
    private void CheckOrder()
    {
        foreach (var act in Enum.GetValues<PowerAct>())
        {
            if (PowerPlanner.Plan(this, act, Rooms, static _ => RoomSources.None) is not { Circle: { } circle }) continue;
            var room = circle[..circle.IndexOf('/', StringComparison.Ordinal)];
            Find(room, "$", $"开关顺序自相矛盾：{circle}", $"the order contradicts itself at {circle}", "检查功放的音源与各级 feed", "look at the amplifiers' sources and at the feeds");
            return;
        }
    }
}
