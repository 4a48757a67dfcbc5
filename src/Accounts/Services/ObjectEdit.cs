using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;

namespace Hpc.Accounts.Services;

/// <summary>One change of one object while it is checked and made ready. Used by one caller and forgotten.</summary>
internal sealed class ObjectEdit<T>(ChangeContext context, Versioned<T>? stored, long now)
    where T : class, IAccountObject
{
    public ChangeContext Context { get; } = context;

    /// <summary>What is stored; null if it is new.</summary>
    public Versioned<T>? Stored { get; } = stored;

    public T? Old => Stored?.Value;

    public long Now { get; } = now;

    public bool IsRestore => Context.IsRestore;

    public ErrorList Errors { get; } = new();

    /// <summary>Why the actor may not do this.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Too many passwords wait.</summary>
    public bool IsBusy { get; set; }

    /// <summary>What is changed with it, and before it.</summary>
    public List<ObjectChange> Before { get; } = [];

    /// <summary>A key that only its maker is told, once.</summary>
    public string? OneTimeKey { get; set; }

    /// <summary>The first reason stays.</summary>
    public void Refuse(string reason) => Refusal ??= reason;
}
