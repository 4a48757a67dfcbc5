using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>An object that a data provider keeps. Once stored or read it is shared: who wants to change one makes a copy with <c>with</c>.</summary>
public interface IAccountObject
{
    /// <summary>What it is.</summary>
    [JsonIgnore]
    ObjectKind Kind { get; }

    /// <summary>Unique among its kind; 1 to 255 UTF-8 bytes.</summary>
    [JsonIgnore]
    string Name { get; }
}
