using System.Net;

namespace Hpc.HttpApi.Parts;

/// <summary>Counts those who guess at shares (R11.14).</summary>
public interface IShareGuard
{
    /// <summary>Somebody was refused. Returns at once and never throws.</summary>
    void OnRefused(IPAddress remote, ShareRefusal why);
}

/// <summary>Why somebody was refused a share.</summary>
public enum ShareRefusal
{
    /// <summary>There is no share of this id.</summary>
    Unknown,

    /// <summary>The password is wrong.</summary>
    WrongPassword,
}
