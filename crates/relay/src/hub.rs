//! The relay between nodes of one process. With one node it carries nothing and costs one look into a map.

use crate::receiver::Ends;
use crate::{Message, Receiver, Relay, Unreachable};
use async_trait::async_trait;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;
use trialogue_conversation::ids::ConversationId;

/// Messages that wait for one receiver; older ones are lost, and the receiver is told.
const QUEUE: usize = 64;

/// Where the nodes of one process meet.
#[derive(Clone, Debug, Default)]
pub struct Hub {
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    nodes: u64,
    queues: HashMap<ConversationId, Vec<Queue>>,
}

/// The queue of one node for one conversation, shared by that node's receivers.
#[derive(Debug)]
struct Queue {
    node: u64,
    messages: broadcast::Sender<Message>,
}

/// One node's end.
#[derive(Debug)]
pub struct HubRelay {
    hub: Hub,
    node: u64,
}

impl Hub {
    /// A further node.
    pub fn node(&self) -> HubRelay {
        let mut shared = self.lock();
        shared.nodes += 1;
        HubRelay {
            node: shared.nodes,
            hub: self.clone(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        // The map is whole at every moment, so a panic elsewhere does not spoil it.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forget_unheard(&self, conversation_id: ConversationId) {
        let mut shared = self.lock();
        if let Some(queues) = shared.queues.get_mut(&conversation_id) {
            queues.retain(|queue| queue.messages.receiver_count() > 0);
            if queues.is_empty() {
                shared.queues.remove(&conversation_id);
            }
        }
    }
}

#[async_trait]
impl Relay for HubRelay {
    async fn publish(
        &self,
        conversation_id: ConversationId,
        message: Message,
    ) -> Result<(), Unreachable> {
        let shared = self.hub.lock();
        for queue in shared.queues.get(&conversation_id).into_iter().flatten() {
            if queue.node != self.node {
                // Fails when the last receiver is just going; nobody needs it then.
                let _ = queue.messages.send(message.clone());
            }
        }
        Ok(())
    }

    async fn subscribe(&self, conversation_id: ConversationId) -> Result<Receiver, Unreachable> {
        let hub = self.hub.clone();
        let ends = Ends(Box::new(move || hub.forget_unheard(conversation_id)));
        let mut shared = self.hub.lock();
        let queues = shared.queues.entry(conversation_id).or_default();
        let messages = match queues.iter().find(|queue| queue.node == self.node) {
            Some(queue) => queue.messages.subscribe(),
            None => {
                let (sender, receiver) = broadcast::channel(QUEUE);
                queues.push(Queue {
                    node: self.node,
                    messages: sender,
                });
                receiver
            }
        };
        Ok(Receiver::new(messages, ends))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RecvError;
    use bytes::Bytes;
    use trialogue_conversation::ids::Seq;

    fn conversation(number: u128) -> ConversationId {
        ConversationId(uuid::Uuid::from_u128(number))
    }

    fn announced(last: u64) -> Message {
        Message::Announced { last: Seq(last) }
    }

    #[tokio::test]
    async fn other_nodes_hear_in_order_and_the_publisher_does_not() {
        let hub = Hub::default();
        let (here, there) = (hub.node(), hub.node());
        let mut own = here.subscribe(conversation(1)).await.unwrap();
        let mut other = there.subscribe(conversation(1)).await.unwrap();
        here.publish(conversation(1), announced(1)).await.unwrap();
        here.publish(
            conversation(1),
            Message::Signal(Bytes::from_static(b"typing")),
        )
        .await
        .unwrap();
        there.publish(conversation(1), announced(2)).await.unwrap();
        assert_eq!(other.recv().await, Ok(announced(1)));
        assert_eq!(
            other.recv().await,
            Ok(Message::Signal(Bytes::from_static(b"typing")))
        );
        assert_eq!(
            own.recv().await,
            Ok(announced(2)),
            "the first message here is the other node's"
        );
    }

    #[tokio::test]
    async fn conversations_do_not_mix() {
        let hub = Hub::default();
        let (here, there) = (hub.node(), hub.node());
        let mut receiver = there.subscribe(conversation(1)).await.unwrap();
        here.publish(conversation(2), announced(9)).await.unwrap();
        here.publish(conversation(1), announced(1)).await.unwrap();
        assert_eq!(receiver.recv().await, Ok(announced(1)));
    }

    #[tokio::test]
    async fn a_slow_receiver_is_told_what_it_lost_and_goes_on() {
        let hub = Hub::default();
        let (here, there) = (hub.node(), hub.node());
        let mut slow = there.subscribe(conversation(1)).await.unwrap();
        let sent = QUEUE as u64 + 7;
        for last in 1..=sent {
            here.publish(conversation(1), announced(last))
                .await
                .unwrap();
        }
        assert_eq!(slow.recv().await, Err(RecvError::Lagged(7)));
        assert_eq!(slow.recv().await, Ok(announced(8)));
    }

    #[tokio::test]
    async fn ended_subscriptions_are_forgotten() {
        let hub = Hub::default();
        let node = hub.node();
        let first = node.subscribe(conversation(1)).await.unwrap();
        let second = node.subscribe(conversation(1)).await.unwrap();
        drop(first);
        assert_eq!(hub.lock().queues.len(), 1);
        drop(second);
        assert_eq!(hub.lock().queues.len(), 0);
    }
}
