using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Services;

/// <summary>
/// One kind of object with all rules about it: who may see and change it, what is valid, what refers to what, hashed passwords, encrypted secrets.
/// What it returns is complete (id, usage, who refers to it, last use) and confidential: hashes and ciphertexts are in it; <see cref="Redact"/> takes them out.
/// An actor with a role sees the objects of that role alone, where the kind has roles. Expected outcomes are results; an exception means that the provider does not work.
/// </summary>
/// <typeparam name="T">Kind of the object.</typeparam>
public interface IObjectService<T>
    where T : class, IAccountObject
{
    /// <summary>What kind.</summary>
    ObjectKind Kind { get; }

    /// <summary>The object of exactly this name, or null.</summary>
    ValueTask<Versioned<T>?> FindAsync(string name, ChangeContext context, CancellationToken ct);

    /// <summary>A page in the order of names.</summary>
    ValueTask<IReadOnlyList<Versioned<T>>> ListAsync(ObjectPage page, ChangeContext context, CancellationToken ct);

    /// <summary>Adds one. What is read-only in it is ignored.</summary>
    ValueTask<ObjectResult<T>> AddAsync(T value, ChangeContext context, CancellationToken ct);

    /// <summary>Replaces one. What is read-only in it is ignored; an absent password and redacted secrets keep what is stored.</summary>
    /// <param name="name">Its name; another name in <paramref name="value"/> is ignored.</param>
    /// <param name="value">What it shall be.</param>
    /// <param name="expectedVersion">The version that the actor read; null: whatever it is when this call reads it.</param>
    /// <param name="context">Who asks.</param>
    /// <param name="ct">Gives up; then nobody knows whether it happened.</param>
    ValueTask<ObjectResult<T>> UpdateAsync(string name, T value, long? expectedVersion, ChangeContext context, CancellationToken ct);

    /// <summary>Removes one, with what is nothing without it (a user's shares and keys, mounts of a folder).</summary>
    ValueTask<ObjectResult<T>> DeleteAsync(string name, long? expectedVersion, ChangeContext context, CancellationToken ct);

    /// <summary>A copy that may be shown: no hashes, no plain secrets, no key material.</summary>
    T Redact(T value);
}
