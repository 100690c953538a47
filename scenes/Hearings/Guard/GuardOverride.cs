using System.Collections.Immutable;
using AvGateway.Devices;
using AvGateway.Scenes.Model;

namespace AvGateway.Scenes.Hearings.Guard;

/// <summary>How this court wants to be guarded.</summary>
public sealed record GuardOptions
{
    /// <summary>A reservation this far ahead guards the room.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>The room stays guarded this long after a hearing was closed.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>When a deferred job asks again.</summary>
    public TimeSpan DeferBy { get; init; } = TimeSpan.FromMinutes(5);

    public ImmutableHashSet<CourtRole> OverrideRoles { get; init; } = [CourtRole.Judge, CourtRole.Admin];

    /// <summary>Acts that two persons must agree on.</summary>
    public ImmutableHashSet<ActKind> SecondPersonFor { get; init; } = [ActKind.PowerOff, ActKind.RecorderHalt, ActKind.Other];

    /// <summary>An override that was not used by then is void.</summary>
    public TimeSpan OverrideLasts { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>The wish to do one named command in spite of the guard.</summary>
/// <param name="Command">Id of the command that it is for; no other is covered.</param>
/// <param name="Caller">Who will send that command.</param>
public sealed record OverrideRequest(string Command, string Caller, DeviceId Device, string Verb, Actor By, string Reason, Actor? Second);

/// <summary>What the record keeps of an override, written before the frame can go.</summary>
public sealed record GuardAudit(OverrideRequest Request, GuardReason Overridden, DateTimeOffset At);

public enum OverrideRefusal { None, RoleMayNot, ReasonMissing, SecondPersonMissing, SecondPersonSame, TooMany, NotAudited, NoSuchDevice }

/// <summary>Texts of the refusals.</summary>
public static class OverrideRefusals
{
    public static Wording Says(this OverrideRefusal refusal) => refusal switch
    {
        OverrideRefusal.RoleMayNot => new("该角色不得越过庭审保护", "this role may not override the hearing guard"),
        OverrideRefusal.ReasonMissing => new("必须填写理由", "a reason must be given"),
        OverrideRefusal.SecondPersonMissing => new("需要第二人确认", "a second person must agree"),
        OverrideRefusal.SecondPersonSame => new("第二人必须是另一名有权人员", "the second person must be another one who may"),
        OverrideRefusal.TooMany => new("未使用的越权许可过多", "too many overrides wait unused"),
        OverrideRefusal.NotAudited => new("无法写入审计记录，不予放行", "the override could not be audited, so it is not given"),
        OverrideRefusal.NoSuchDevice => new("没有该设备", "there is no such device"),
        _ => new("已许可", "granted"),
    };
}
