//! What is being encoded, and how deep it lies.

use crate::KeyError;

/// What the value being encoded stands for, which decides what it may look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The list of positional arguments itself.
    Args,
    /// The map of keyword arguments itself.
    Kwargs,
    /// An argument, or anything below one.
    Value,
}

impl Role {
    /// Why something that is neither a list nor a map does not have this role.
    #[cold]
    pub(super) fn refuse(self, found: &'static str) -> KeyError {
        if self == Self::Kwargs { KeyError::kwargs(found) } else { KeyError::args(found) }
    }
}

/// Where the value being encoded lies: its role, and how deep it is.
///
/// They are one number, so that an encoder is handed on in registers. What is written to memory in parts and read back as
/// a whole keeps a processor waiting, and serde hands encoders on by value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place(u32);

impl Place {
    /// An argument.
    pub(super) const ARGUMENT: Self = Self(0);
    pub(super) const ARGS: Self = Self(1);
    pub(super) const KWARGS: Self = Self(2);

    /// The bits that say what the role is. Above them containers are counted, and wrappers above those.
    const ROLE: u32 = 3;
    const CONTAINER: u32 = 1 << 2;
    const WRAPPER: u32 = 1 << 16;

    /// Sequences, maps, structs and variants with data below an argument: part of the key contract.
    const CONTAINERS: u16 = 128;

    /// `Some` and newtypes on the way down. The contract does not count them; this only keeps a chain of nothing else
    /// from overflowing the stack.
    const WRAPPERS: u16 = 1024;

    #[inline]
    pub(super) fn role(self) -> Role {
        match Self(self.0 & Self::ROLE) {
            Self::ARGS => Role::Args,
            Self::KWARGS => Role::Kwargs,
            _ => Role::Value,
        }
    }

    /// Below a container.
    #[inline]
    pub(super) fn container(self) -> Result<Self, KeyError> {
        if self.0 % Self::WRAPPER >= u32::from(Self::CONTAINERS) * Self::CONTAINER {
            return Err(KeyError::too_deep("containers", Self::CONTAINERS));
        }
        Ok(Self(self.0 + Self::CONTAINER))
    }

    /// How many containers and wrappers there are around it. Of two places on one way down, the deeper has more.
    #[inline]
    pub(super) fn depth(self) -> usize {
        (self.0 % Self::WRAPPER / Self::CONTAINER + self.0 / Self::WRAPPER) as usize
    }

    /// Below a wrapper, in the same role.
    #[inline]
    pub(super) fn wrapper(self) -> Result<Self, KeyError> {
        if self.0 / Self::WRAPPER >= u32::from(Self::WRAPPERS) {
            return Err(KeyError::too_deep("`Some`s and newtypes", Self::WRAPPERS));
        }
        Ok(Self(self.0 + Self::WRAPPER))
    }

    /// Below the list or map that this is the place of: what an argument is.
    #[inline]
    pub(super) fn arguments(self) -> Self {
        Self(self.0 & !Self::ROLE)
    }
}
